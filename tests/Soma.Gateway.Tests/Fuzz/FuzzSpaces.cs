namespace Soma.Gateway.Tests.Fuzz;

/// <summary>Where the fuzz may write, and where nothing may ever reach.</summary>
internal static class FuzzSpaces
{
    public const string Tenant = "fuzz";
    public const string First = "fuzz-a";
    public const string Second = "fuzz-b";
    public const string Default = "default";

    public const string CanaryTenant = "canary";
    public const string CanaryNamespace = "canary";

    /// <summary>A word in the canary's payloads that no request contains: seen in an answer, it has leaked.</summary>
    public const string CanaryWord = "quetzalcoatlus7741";

    public static readonly string[] Valid = [First, Second];
}
