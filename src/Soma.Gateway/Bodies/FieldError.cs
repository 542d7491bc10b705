namespace Soma.Gateway.Bodies;

/// <summary>One field that is not as the contract wants it.</summary>
/// <param name="Location">The path to it: names and indexes.</param>
/// <param name="Message">What is wrong, for a person.</param>
/// <param name="Type">What is wrong, for a program, e.g. <c>missing</c> or <c>string_type</c>.</param>
internal sealed record FieldError(object[] Location, string Message, string Type)
{
    /// <summary>The type of a coordinate that cannot be read: alone it is a 400, not a 422.</summary>
    public const string CoordinateType = "invalid_coord";
}
