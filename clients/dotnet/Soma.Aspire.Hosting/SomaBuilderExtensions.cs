using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Soma to an Aspire application.</summary>
public static class SomaBuilderExtensions
{
    private const int Port = 9595;
    private const string DataFolder = "/data";

    /// <summary>
    /// Adds the Soma service as a container: the one-process service <c>soma serve</c> of the silo's image. Projects that reference it get a connection
    /// string for <c>AddSomaClient</c>, and wait for it until its <c>/readyz</c> answers.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name, and that of the connection string.</param>
    /// <param name="token">The root token. Default: a generated one, kept in the application's user secrets.</param>
    /// <param name="port">The port on this machine. Default: any that is free.</param>
    /// <param name="image">The silo's image; default: the one that <c>make compose-build</c> makes.</param>
    /// <param name="tag">The image's tag.</param>
    public static IResourceBuilder<SomaResource> AddSoma(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? token = null, int? port = null, string image = "soma-silo",
        string tag = "local")
    {
        ArgumentNullException.ThrowIfNull(builder);
        var parameter = token?.Resource ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-token", special: false);
        return builder.AddResource(new SomaResource(name, parameter))
            .WithImage(image, tag)
            .WithEntrypoint("soma")
            .WithArgs("serve")
            .WithHttpEndpoint(port, Port, SomaResource.EndpointName)
            .WithEnvironment("SOMA_API_HOST", "0.0.0.0")
            .WithEnvironment("SOMA_API_TOKEN", parameter)
            .WithEnvironment("SOMA_DATA_DIR", DataFolder)
            .WithHttpHealthCheck("/readyz");
    }

    /// <summary>Keeps the memories in a volume, so that they outlive the container.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The volume's name. Default: one made of the application's and the resource's.</param>
    public static IResourceBuilder<SomaResource> WithDataVolume(this IResourceBuilder<SomaResource> builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder);
    }

    /// <summary>Keeps the memories in a folder of this machine, which the container's user 1654 must be able to write.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="source">The folder.</param>
    public static IResourceBuilder<SomaResource> WithDataBindMount(this IResourceBuilder<SomaResource> builder, string source)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithBindMount(source, DataFolder);
    }
}
