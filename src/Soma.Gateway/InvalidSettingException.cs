namespace Soma.Gateway;

/// <summary>A setting that cannot be used. The message is one line that names the variable and never shows its value.</summary>
public sealed class InvalidSettingException(string variable, string problem) : Exception($"{variable}: {problem}")
{
    public string Variable { get; } = variable;
}
