using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests;

/// <summary>What cannot work is refused by both Helms before anything is installed, in words that name the value.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("redis.replicaCount is 2, and must be 0 or 1", "redis.replicaCount=2")]
    [InlineData("postgres.replicaCount is 3, and must be 0 or 1", "postgres.replicaCount=3")]
    [InlineData("qdrant.persistence.enabled must be true", "qdrant.replicaCount=3", "qdrant.persistence.enabled=false")]
    [InlineData("say where Postgres is", "postgres.enabled=false")]
    [InlineData("say where Redis is", "redis.enabled=false")]
    [InlineData("redis.service.targetPort (6380) and redis.containerPort (6379)", "redis.service.targetPort=6380")]
    [InlineData("give secrets.apiTokenLiteral", "secrets.create=true")]
    [InlineData("which everybody knows", "secrets.create=true", "secrets.apiTokenLiteral=devtoken", "secrets.postgresPasswordLiteral=x")]
    [InlineData("name the Secret with the certificate in tls.gatewaySecretName", "tls.enabled=true", "tls.certManager.enabled=false")]
    [InlineData("tls.storesSecretName", "tls.enabled=true", "tls.certManager.enabled=false", "tls.gatewaySecretName=a", "tls.clusterSecretName=b")]
    [InlineData("tls.certManager.dnsNames", "tls.enabled=true", "tls.certManager.issuerRef.name=letsencrypt")]
    [InlineData("name its model", "embeddings.source=https://models.example")]
    [InlineData("needs the volume of the backups", "backup.restore.enabled=true")]
    [InlineData("autoscaling.minReplicas is more", "autoscaling.enabled=true", "autoscaling.minReplicas=20")]
    [InlineData("follows nothing", "silo.autoscaling.enabled=true", "silo.autoscaling.targetCPUUtilizationPercentage=0")]
    [InlineData("postgres.maxConnections is 100, and there may be 3 silos: give it 40 for each, 120", "postgres.maxConnections=100", "silo.replicaCount=3")]
    [InlineData("there may be 30 silos", "silo.autoscaling.enabled=true", "silo.autoscaling.maxReplicas=30")]
    [InlineData("cpu", "silo.resources.limits.cpu=2")]
    [InlineData("replicas", "replicas=2")]
    [InlineData("replicaCounts", "silo.replicaCounts=2")]
    [InlineData("rateLimitMax", "settings.rateLimitMax=many")]
    [InlineData("terminationGracePeriodSeconds", "silo.terminationGracePeriodSeconds=30")]
    [InlineData("drainSeconds", "settings.drainSeconds=60")]
    [InlineData("schedule", "backup.schedule=daily at three")]
    public void It_is_refused(string because, params string[] sets)
    {
        foreach (var helm in Helm.Versions)
        {
            var refusal = Assert.Throws<HelmException>(() => Chart.Render(new RenderRequest { Helm = helm, Sets = sets }));

            Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
        }
    }
}
