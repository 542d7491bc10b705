using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Soma.Client;

namespace Soma.Aspire.Tests;

/// <summary>The resource that an Aspire application gets. Its container is not started: that needs an engine.</summary>
public sealed class SomaResourceTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });

    [Fact]
    public async Task The_connection_string_is_one_that_the_client_reads()
    {
        var soma = _builder.AddSoma("memory", _builder.AddParameter("secret", "s3cret"))
            .WithEndpoint("http", endpoint => endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", 1234));

        Assert.Equal("Endpoint={memory.bindings.http.url};Token={secret.value}", soma.Resource.ConnectionStringExpression.ValueExpression);
        var text = await ((IResourceWithConnectionString)soma.Resource).GetConnectionStringAsync();
        var options = SomaClientOptions.FromConnectionString(text!);
        Assert.Equal((new Uri("http://localhost:1234"), "s3cret"), (options.Url, options.Token));
    }

    [Fact]
    public async Task The_container_runs_the_one_process_service_on_its_volume()
    {
        var soma = _builder.AddSoma("memory", _builder.AddParameter("secret", "s3cret"), port: 9595).WithDataVolume("memories").Resource;

        var image = soma.Annotations.OfType<ContainerImageAnnotation>().Single();
        Assert.Equal(("soma-silo", "local", "soma"), (image.Image, image.Tag, soma.Entrypoint));
        var endpoint = soma.Annotations.OfType<EndpointAnnotation>().Single();
        Assert.Equal((9595, 9595, "http"), (endpoint.Port, endpoint.TargetPort, endpoint.UriScheme));
        var mount = soma.Annotations.OfType<ContainerMountAnnotation>().Single();
        Assert.Equal(("memories", "/data", ContainerMountType.Volume), (mount.Source, mount.Target, mount.Type));
        Assert.Single(soma.Annotations.OfType<HealthCheckAnnotation>());

#pragma warning disable CS0618 // What replaces it is still experimental.
        var environment = await soma.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);
        Assert.Equal(["serve"], await soma.GetArgumentValuesAsync(DistributedApplicationOperation.Publish));
#pragma warning restore CS0618
        Assert.Equal(("0.0.0.0", "/data", "{secret.value}"), (environment["SOMA_API_HOST"], environment["SOMA_DATA_DIR"], environment["SOMA_API_TOKEN"]));
    }

    [Fact]
    public void A_token_is_made_where_none_is_given()
    {
        var soma = _builder.AddSoma("memory").Resource;
        Assert.True(soma.TokenParameter.Secret);
        Assert.Equal("memory-token", soma.TokenParameter.Name);
    }
}
