namespace KMeansClustering.Numerics;

/// <summary>A small number as a type, so that code for it is compiled apart.</summary>
internal interface ISmallNumber
{
    static abstract int Count { get; }
}

internal readonly struct One : ISmallNumber
{
    public static int Count => 1;
}

internal readonly struct Two : ISmallNumber
{
    public static int Count => 2;
}

internal readonly struct Three : ISmallNumber
{
    public static int Count => 3;
}

internal readonly struct Four : ISmallNumber
{
    public static int Count => 4;
}

internal readonly struct Five : ISmallNumber
{
    public static int Count => 5;
}

internal readonly struct Six : ISmallNumber
{
    public static int Count => 6;
}

internal readonly struct Seven : ISmallNumber
{
    public static int Count => 7;
}

internal readonly struct Eight : ISmallNumber
{
    public static int Count => 8;
}
