namespace Soma.Gateway.OpenApi;

/// <summary>A query parameter as the OpenAPI document shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, its range and its default.</param>
/// <param name="Type">The .NET type that its schema is made from.</param>
/// <param name="IsRequired">Whether a request without it is refused.</param>
internal sealed record ParameterDoc(string Name, string Description, Type Type, bool IsRequired = false);
