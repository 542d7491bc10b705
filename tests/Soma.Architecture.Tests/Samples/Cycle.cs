namespace Soma.Architecture.Tests.Samples.Left
{
    /// <summary>One half of a cycle that only a method's body shows.</summary>
    internal static class Sample
    {
        public static int Turn(int value) => value == 0 ? 0 : Right.Other.Turn(value - 1);
    }
}

namespace Soma.Architecture.Tests.Samples.Right
{
    /// <summary>The other half.</summary>
    internal static class Other
    {
        public static int Turn(int value) => value == 0 ? 0 : Left.Sample.Turn(value - 1);
    }
}
