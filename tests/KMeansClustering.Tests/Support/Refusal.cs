namespace KMeansClustering.Tests.Support;

internal static class Refusal
{
    /// <summary>The call throws an exception of this type, or of one made from it, and says all this.</summary>
    public static void Require(Action call, Type exception, params string[] said)
    {
        Exception? thrown = Record.Exception(call);

        thrown.Should().NotBeNull("bad input must be refused");
        thrown.Should().BeAssignableTo(exception);
        foreach (string part in said)
        {
            thrown!.Message.Should().Contain(part);
        }
    }
}
