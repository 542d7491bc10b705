namespace Aspire.Hosting.ApplicationModel;

/// <summary>The Soma service in a container: one process with its memories in <c>/data</c>.</summary>
/// <param name="name">The resource's name, and that of the connection string.</param>
/// <param name="token">The root token of the service.</param>
public sealed class SomaResource(string name, ParameterResource token) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string EndpointName = "http";

    private EndpointReference? _endpoint;

    /// <summary>Where the service answers HTTP.</summary>
    public EndpointReference PrimaryEndpoint => _endpoint ??= new EndpointReference(this, EndpointName);

    /// <summary>The root token of the service.</summary>
    public ParameterResource TokenParameter => token;

    /// <summary><c>Endpoint=http://…;Token=…</c>, as <c>AddSomaClient</c> reads it.</summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Endpoint={PrimaryEndpoint.Property(EndpointProperty.Url)};Token={TokenParameter}");
}
