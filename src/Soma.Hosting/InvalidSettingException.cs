namespace Soma.Hosting;

/// <summary>
/// An environment variable holds a value that is not allowed. The process must stop rather than start with a default in
/// its place.
/// </summary>
public sealed class InvalidSettingException(string variable, string problem) : Exception($"{variable} {problem}")
{
    /// <summary>The variable's name, e.g. <c>SOMA_API_PORT</c>.</summary>
    public string Variable { get; } = variable;
}
