using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests;

/// <summary>What `helm install` says at its end.</summary>
public sealed class NotesTests
{
    [Fact]
    public void They_name_the_secrets_and_the_guides_checks()
    {
        var notes = Notes();

        Assert.Contains("create secret generic soma-api-token --from-literal=SOMA_API_TOKEN=", notes, StringComparison.Ordinal);
        Assert.Contains("create secret generic soma-postgres-password --from-literal=SOMA_POSTGRES_PASSWORD=", notes, StringComparison.Ordinal);
        Assert.Contains("wait pod --selector 'app=somafractalmemory,", notes, StringComparison.Ordinal);
        Assert.Contains("port-forward svc/somafractalmemory 9595:9595", notes, StringComparison.Ordinal);
        Assert.Contains("curl -s http://127.0.0.1:9595/healthz", notes, StringComparison.Ordinal);
        Assert.Contains("helm -n agents test somafractalmemory", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void They_say_what_would_be_lost()
    {
        Assert.Contains("There are no backups", Notes(), StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", Notes(), StringComparison.Ordinal);
        Assert.Contains("WARNING: postgres.persistence.enabled is false", Notes("postgres.persistence.enabled=false"), StringComparison.Ordinal);
    }

    // Only Helm 4: with --dry-run=client Helm 3 still asks a cluster for its version.
    private static string Notes(params string[] sets) => Helm.Run(4,
    [
        "install", Chart.Release, Chart.Folder, "--namespace", "agents", "--dry-run=client", .. sets.SelectMany(set => (string[])["--set", set]),
    ]).Split("NOTES:")[1];
}
