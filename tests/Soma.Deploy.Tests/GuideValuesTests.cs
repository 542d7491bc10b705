using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>Each value that readers of the deployment guide set has the name that the guide says, and changes what it should.</summary>
public sealed class GuideValuesTests
{
    [Fact]
    public void The_guides_port_forward_finds_its_service()
    {
        var port = Assert.Single(Chart.Render().Get<V1Service>("somafractalmemory").Spec.Ports);

        Assert.Equal((9595, "http"), (port.Port, port.TargetPort.Value));
    }

    [Fact]
    public void Another_release_adds_its_name() =>
        Assert.True(Chart.Render(new RenderRequest { Release = "soma" }).Has<V1Deployment>("soma-somafractalmemory"));

    [Fact]
    public void Two_secrets_are_all_that_a_small_installation_needs_and_four_a_production()
    {
        string[] two = ["soma-api-token/SOMA_API_TOKEN", "soma-postgres-password/SOMA_POSTGRES_PASSWORD"];

        Assert.Equal(two, Needed("values.yaml"));
        Assert.Equal(two, Needed("values-local-dev.yaml"));
        Assert.Equal([two[0], two[1], "soma-qdrant-api-key/QDRANT_API_KEY", "soma-redis-password/REDIS_PASSWORD"], Needed("values-prod-ha.yaml"));
    }

    /// <summary>The Secrets that somebody must make before; cert-manager makes the others.</summary>
    private static IEnumerable<string> Needed(string file)
    {
        var chart = Chart.Render(new RenderRequest { Values = file });
        var issued = chart.All<Certificate>().Select(one => one.Spec.SecretName).ToHashSet();
        return chart.Workloads.SelectMany(SecretFiles.Of).Where(one => !issued.Contains(one.Secret)).Select(one => $"{one.Secret}/{one.Key}").Distinct().Order();
    }

    [Fact]
    public void Replicas_image_and_resources_are_the_gateways()
    {
        var chart = Chart.Render(
            "replicaCount=4", "image.repository=ghcr.io/someone/soma", "image.tag=abc", "image.pullPolicy=Never",
            "resources.limits.memory=3Gi", "resources.requests.cpu=300m", "resources.requests.memory=2Gi");

        var gateway = chart.Component("gateway").Container;
        Assert.Equal(4, chart.Get<V1Deployment>("somafractalmemory").Spec.Replicas);
        Assert.Equal(("ghcr.io/someone/soma-gateway:abc", "Never"), (gateway.Image, gateway.ImagePullPolicy));
        Assert.Equal("ghcr.io/someone/soma-silo:abc", chart.Component("silo").Container.Image);
        Assert.Equal(("3Gi", "300m", "2Gi"), ($"{gateway.Resources.Limits["memory"]}", $"{gateway.Resources.Requests["cpu"]}", $"{gateway.Resources.Requests["memory"]}"));
    }

    [Fact]
    public void An_image_may_have_a_name_and_a_digest_of_its_own()
    {
        var digest = "sha256:" + new string('a', 64);

        var chart = Chart.Render("image.silo.repository=registry/silo", "image.silo.tag=v1", $"image.silo.digest={digest}", "image.gateway.repository=registry/gateway");

        Assert.Equal($"registry/silo:v1@{digest}", chart.Component("silo").Container.Image);
        Assert.Equal("registry/gateway:0.1.0", chart.Component("gateway").Container.Image);
    }

    [Fact]
    public void The_service_and_its_container_move_together()
    {
        var chart = Chart.Render("service.type=LoadBalancer", "service.port=80", "service.targetPort=8080");

        var service = chart.Get<V1Service>("somafractalmemory").Spec;
        Assert.Equal(("LoadBalancer", 80), (service.Type, service.Ports.Single().Port));
        Assert.Equal(8080, chart.Component("gateway").Container.Ports.Single().ContainerPort);
        Assert.Equal(8080, EnvironmentRules.ReadGateway(chart).Http.Port);
    }

    [Fact]
    public void The_ingress_has_class_hosts_paths_and_certificates()
    {
        var chart = Chart.Render(
            "ingress.enabled=true", "ingress.className=nginx", "ingress.hosts[0].host=soma.example.com", "ingress.hosts[0].paths[0].path=/soma",
            "ingress.hosts[0].paths[0].pathType=Exact", "ingress.tls[0].secretName=certificate", "ingress.tls[0].hosts[0]=soma.example.com", "settings.maxRequestBodyMb=20");

        var ingress = chart.Get<V1Ingress>("somafractalmemory");
        Assert.Equal("nginx", ingress.Spec.IngressClassName);
        Assert.Equal(("soma.example.com", "/soma", "Exact"), (ingress.Spec.Rules[0].Host, ingress.Spec.Rules[0].Http.Paths[0].Path, ingress.Spec.Rules[0].Http.Paths[0].PathType));
        Assert.Equal("certificate", ingress.Spec.Tls.Single().SecretName);
        Assert.Equal("21m", ingress.Metadata.Annotations["nginx.ingress.kubernetes.io/proxy-body-size"]);
    }

    [Theory]
    [InlineData("postgres", 40021, 5432)]
    [InlineData("redis", 40022, 6379)]
    [InlineData("qdrant", 40023, 6333)]
    public void Each_store_has_the_guides_port_its_image_its_volume_and_can_be_switched_off(string store, int port, int target)
    {
        var name = $"somafractalmemory-{store}";
        var service = Chart.Render().Get<V1Service>(name).Spec.Ports.Single();
        Assert.Equal((port, $"{target}"), (service.Port, service.TargetPort.Value));

        var changed = Chart.Render(
            $"{store}.image=mirror/{store}:9", $"{store}.service.port=50000", $"{store}.service.targetPort=6000", $"{store}.containerPort=6000",
            $"{store}.persistence.size=7Gi", $"{store}.persistence.storageClass=gp2");
        var claim = changed.Component(store).Claims.Single().Spec;
        Assert.Equal($"mirror/{store}:9", changed.Component(store).Container.Image);
        Assert.Equal(("7Gi", "gp2"), ($"{claim.Resources.Requests["storage"]}", claim.StorageClassName));
        Assert.Equal((50000, "6000"), (changed.Get<V1Service>(name).Spec.Ports[0].Port, changed.Get<V1Service>(name).Spec.Ports[0].TargetPort.Value));
        var silo = EnvironmentRules.ReadSilo(changed);
        var addresses = $"{silo.Redis.EndPoints[0]} {silo.Qdrant?.Url} {silo.Postgres.Replace(";Port=", ":")}";
        Assert.Contains($"{name}:50000", addresses, StringComparison.Ordinal);

        var elsewhere = Chart.Render([$"{store}.enabled=false", .. store == "qdrant" ? (string[])[] : [$"{store}.external.host=elsewhere"]]);
        Assert.DoesNotContain(elsewhere.Objects, one => one.Metadata.Name.StartsWith(name, StringComparison.Ordinal));

        Assert.Empty(Chart.Render($"{store}.persistence.enabled=false").Component(store).Claims);
    }

    [Fact]
    public void Secrets_may_be_called_otherwise_or_be_made()
    {
        var named = Chart.Render("secrets.apiTokenSecretName=existing-token", "secrets.postgresPasswordSecretName=existing-password");
        Assert.Equal("existing-token", named.Component("gateway").SecretOf("SOMA_API_TOKEN_FILE")?.Secret);
        Assert.Equal("existing-password", named.Component("silo").SecretOf("POSTGRES_PASSWORD_FILE")?.Secret);
        Assert.Equal("existing-password", named.Component("postgres").SecretOf("POSTGRES_PASSWORD_FILE")?.Secret);

        var made = Chart.Render("secrets.create=true", "secrets.apiTokenLiteral=one", "secrets.postgresPasswordLiteral=two");
        Assert.Equal("one", made.Get<V1Secret>("soma-api-token").StringData["SOMA_API_TOKEN"]);
        Assert.Equal("two", made.Get<V1Secret>("soma-postgres-password").StringData["SOMA_POSTGRES_PASSWORD"]);
    }

    [Fact]
    public void The_backup_does_what_its_block_says()
    {
        var chart = Chart.Render(
            "backup.enabled=true", "backup.schedule=30 1 * * 0", "backup.image=mirror/soma:2", "backup.backupDir=/keep", "backup.keep=3",
            "backup.persistence.existingClaim=existing-backups");

        var job = chart.Get<V1CronJob>("somafractalmemory-backup").Spec;
        var backup = job.JobTemplate.Spec.Template.Spec.InitContainers.Single();
        Assert.Equal(("30 1 * * 0", "mirror/soma:2"), (job.Schedule, backup.Image));
        Assert.Equal(["soma", "backup", "--to", "/keep", "--keep", "3"], backup.Command);
        Assert.Contains(backup.VolumeMounts, mount => mount.MountPath == "/keep");
        Assert.Equal("existing-backups", chart.Component("backup").Volume("backups")?.PersistentVolumeClaim.ClaimName);
        Assert.Empty(chart.All<V1PersistentVolumeClaim>());
    }

    [Fact]
    public void The_backup_of_a_single_process_reads_its_folder()
    {
        var chart = Chart.Render("backup.enabled=true", "backup.dataVolumeClaim=existing-data", "backup.dataDir=/memories");

        var backup = chart.Component("backup").Pod.InitContainers.Single();
        Assert.Equal("/memories", backup.Env.Single(one => one.Name == "SOMA_DATA_DIR").Value);
        Assert.Contains(backup.VolumeMounts, mount => mount is { Name: "data", MountPath: "/memories" });
        Assert.DoesNotContain(backup.Env, one => one.Name.StartsWith("POSTGRES", StringComparison.Ordinal));
        Assert.Equal([], ChartRules.Check(chart));
    }
}
