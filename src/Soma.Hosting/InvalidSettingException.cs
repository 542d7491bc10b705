namespace Soma.Hosting;

/// <summary>An environment variable holds what it may not: the process must not start with a guess in its place.</summary>
public sealed class InvalidSettingException(string variable, string problem) : Exception($"{variable} {problem}")
{
    /// <summary>The variable's name, e.g. <c>SOMA_API_PORT</c>.</summary>
    public string Variable { get; } = variable;
}
