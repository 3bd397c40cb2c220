using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace KMeansClustering.Tests.Support;

/// <summary>Types and values as C# writes them.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(sbyte)] = "sbyte",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>A type without namespaces, with the question marks that are known of it.</summary>
    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Of(value) + "?";
        }

        string name = type.IsArray ? $"{Of(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]"
            : type.IsPointer ? Of(type.GetElementType()!) + "*"
            : Keywords.GetValueOrDefault(type) ?? (type.IsGenericParameter ? type.Name : Nested(type) + Arguments(type, nullability));
        return MayBeNull(type, nullability) ? name + "?" : name;
    }

    /// <summary>A constant of a type.</summary>
    public static string Value(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) is { } underlying && value is not null ? underlying : type;
        return value switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
            string text => $"\"{text}\"",
            char letter => $"'{letter}'",
            bool truth => truth ? "true" : "false",
            _ when type.IsEnum => $"{Of(type)}.{Enum.ToObject(type, value)}",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    /// <summary>What stands behind "where" for each type parameter that has it.</summary>
    public static string Constraints(Type[] parameters) => string.Concat(parameters.Select(parameter =>
    {
        GenericParameterAttributes flags = parameter.GenericParameterAttributes;
        bool unmanaged = parameter.GetCustomAttributes().Any(attribute => attribute.GetType().Name is "IsUnmanagedAttribute");
        bool isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        List<string> said = [];
        said.AddRange(unmanaged ? ["unmanaged"] : isStruct ? ["struct"] : flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? [NullFlag(parameter) == 2 ? "class?" : "class"] : []);
        said.AddRange(parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(type => Of(type)).Order(StringComparer.Ordinal));
        said.AddRange(said.Count == 0 && NullFlag(parameter) == 1 ? ["notnull"] : []);
        said.AddRange(flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : []);
        said.AddRange(flags.HasFlag(GenericParameterAttributes.AllowByRefLike) ? ["allows ref struct"] : []);
        return said.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", said)}";
    }));

    // Of a type parameter that may stand for anything the runtime does not tell T from T?.
    private static bool MayBeNull(Type type, NullabilityInfo? nullability) =>
        nullability is { ReadState: NullabilityState.Nullable } or { ReadState: NullabilityState.Unknown, WriteState: NullabilityState.Nullable }
        && !type.IsValueType
        && !(type.IsGenericParameter && NullFlag(type) == 2);

    // Of a nested type only what it adds to the type parameters of the outer one.
    private static string Nested(Type type) => type.IsNested ? Of(type.DeclaringType!) + "." + Plain(type) : Plain(type);

    private static string Plain(Type type) => type.Name.Split('`')[0];

    private static string Arguments(Type type, NullabilityInfo? nullability)
    {
        Type[] arguments = type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];
        NullabilityInfo[] known = nullability?.GenericTypeArguments is { } some && some.Length == arguments.Length ? some : [];
        return arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select((argument, i) => Variance(argument) + Of(argument, i < known.Length ? known[i] : null)))}>";
    }

    private static string Variance(Type argument) => !argument.IsGenericParameter || argument.DeclaringMethod is not null ? ""
        : (argument.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };

    // The compiler's note on a type parameter, or on what declares it: 1 for not null, 2 for may be null.
    private static byte? NullFlag(Type parameter) =>
        parameter.GetCustomAttribute<NullableAttribute>()?.NullableFlags[0]
        ?? parameter.DeclaringMethod?.GetCustomAttribute<NullableContextAttribute>()?.Flag
        ?? parameter.DeclaringType?.GetCustomAttribute<NullableContextAttribute>()?.Flag;
}
