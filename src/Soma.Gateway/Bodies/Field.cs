namespace Soma.Gateway.Bodies;

/// <summary>The field being read, and where to say what is wrong with it.</summary>
internal readonly struct Field(FieldErrors errors, FieldScope scope, string name)
{
    public FieldErrors Errors => errors;

    public FieldScope Scope => scope;

    public void IsMissing() => IsWrong("Field required", "missing");

    public void IsWrong(string message, string type) => errors.Add(scope.PathTo(name), message, type);

    public void HasWrongElement(int index, string message, string type) => errors.Add(scope.PathTo(name, index), message, type);

    public void IsNotSupportedYet() => IsWrong($"{name} is not supported yet", "not_supported");
}
