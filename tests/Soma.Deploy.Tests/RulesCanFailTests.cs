using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>Each rule can fail: a test breaks a correct rendering in one place, and the rule must report it.</summary>
public sealed class RulesCanFailTests
{
    private static readonly RenderRequest Sound = new()
    {
        Values = "values-prod-ha.yaml",
        Sets =
        [
            "ingress.enabled=true", "metrics.serviceMonitor.enabled=true", "autoscaling.enabled=true",
            "secrets.create=true", "secrets.apiTokenLiteral=literal-token", "secrets.postgresPasswordLiteral=literal-password",
        ],
    };

    [Fact]
    public void What_is_broken_below_is_sound() => Assert.Equal([], ChartRules.Check(Chart.Render(Sound)));

    [Theory]
    [InlineData("silo/statefulset", "component: \"silo\"\n  template", "component: silos\n  template", "does not select its own pods")]
    [InlineData("gateway/service", "component: \"gateway\"\n#end", "component: gatewayy\n#end", "selects 0 components")]
    [InlineData("silo/pdb", "      component: \"silo\"\n", "", "selects 7 components")]
    [InlineData("backup/cronjob", "app: somafractalmemory\n", "app: backups\n", "called app=backups")]
    [InlineData("postgres/service", "targetPort: 5432", "targetPort: 5433", "which no container has")]
    [InlineData("gateway/ingress", "name: http", "name: https", "there is no Service")]
    [InlineData("silo/statefulset", "serviceName: \"somafractalmemory-silo\"", "serviceName: somafractalmemory-silos", "there is no Service")]
    [InlineData("silo/statefulset", "name: admin", "name: administration-port", "port administration-port")]
    [InlineData("postgres/statefulset", "mountPath: /tmp", "mountPath: /temp", "cannot write to /tmp")]
    [InlineData("qdrant/statefulset", "- name: init\n          emptyDir", "- name: initial\n          emptyDir", "which is no volume")]
    [InlineData("redis/statefulset", "whenScaled: Retain", "whenScaled: Delete", "claims are kept")]
    [InlineData("silo/statefulset", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "restricted standard")]
    [InlineData("gateway/deployment", "drop: [ALL]", "drop: []", "restricted standard")]
    [InlineData("redis/statefulset", "type: RuntimeDefault", "type: Unconfined", "restricted standard")]
    [InlineData("gateway/deployment", "automountServiceAccountToken: false", "automountServiceAccountToken: true", "mounts a token")]
    [InlineData("silo/statefulset", "enableServiceLinks: false", "enableServiceLinks: true", "gets variables from Services' names")]
    [InlineData(
        "gateway/deployment", "serviceAccountName: \"somafractalmemory-gateway\"",
        "serviceAccountName: somafractalmemory-silo", "no ServiceAccount of its own")]
    [InlineData("redis/statefulset", "image: \"redis:7.4.6\"", "image: redis", "is of no version")]
    [InlineData("redis/statefulset", "image: \"redis:7.4.6\"", "image: redis:latest", "is of no version")]
    [InlineData(
        "silo/statefulset", "memory: 4Gi\n            requests",
        "memory: 4Gi\n              cpu: 2\n            requests", "has a limit of CPU")]
    [InlineData("silo/statefulset", "memory: 4Gi\n            requests", "memory: 1Gi\n            requests", "asks for more than it may have")]
    [InlineData("silo/statefulset", "path: /health/live", "path: /health/ready", "kills within a minute, or for what others do")]
    [InlineData("silo/statefulset", "failureThreshold: 60", "failureThreshold: 20", "are killed at their start")]
    [InlineData("gateway/deployment", "path: /health/ready", "path: /readyz", "gateways are probed at other paths")]
    [InlineData("gateway/deployment", "port: http,", "port: https,", "which the container has not")]
    [InlineData(
        "silo/statefulset", "terminationGracePeriodSeconds: 60",
        "terminationGracePeriodSeconds: 45", "silos are killed before the 45 seconds")]
    [InlineData("gateway/deployment", "terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 50", "gateways are killed before")]
    [InlineData("gateway/deployment", "seconds: 5", "seconds: 0", "stop listening before")]
    [InlineData("silo/statefulset", "name: \"soma-postgres-password\"", "name: soma-database-password", "nobody was told to make")]
    [InlineData(
        "silo/statefulset", "- name: LOG_LEVEL",
        "- name: REDIS_PASSWORD\n              value: secret\n            - name: LOG_LEVEL", "has its value in the manifest")]
    [InlineData(
        "silo/statefulset", "- name: LOG_LEVEL",
        "- name: X\n              valueFrom: { secretKeyRef: { name: soma-api-token, key: SOMA_API_TOKEN } }\n            - name: LOG_LEVEL", "should lie in a file")]
    [InlineData("silo/statefulset", "scheme: HTTPS", "scheme: HTTP", "which it does not speak")]
    [InlineData("silo/statefulset", "name: SOMA_CLUSTER_TLS_CA_FILE", "name: SOMA_CLUSTER_CA_FILE", "must be set where SOMA_CLUSTER_TLS_CERT_FILE is")]
    [InlineData("silo/statefulset", "name: \"somafractalmemory-cluster-tls\"", "name: \"somafractalmemory-gateway-tls\"", "should hold those of [cluster]")]
    [InlineData("certificates", "- somafractalmemory-redis\n", "", "is not for somafractalmemory-redis")]
    [InlineData("silo/statefulset", "value: \"verify-full\"", "value: \"require\"", "Postgres is reached without TLS")]
    [InlineData("silo/statefulset", "value: \"warning\"", "value: literal-token", "stands outside of its Secret")]
    [InlineData("redis/statefulset", "exec redis-server", "exec redis-server --requirepass x", "becomes an argument")]
    [InlineData("network/stores", "component: \"silo\"", "component: gateway", "policies allow gateway>postgres:5432")]
    [InlineData("network/silo", "        - port: 30000", "        - port: 30000\n        - port: 11111", "policies allow gateway>silo:11111")]
    [InlineData("network/gateway", "        - port: 30000", "        - port: 30000\n        - port: 11111", "policies allow gateway>silo:11111")]
    [InlineData("network/silo", "      ports:\n        - port: 11111\n    - from", "    - from", "policies allow silo>silo:9596")]
    [InlineData("network/stores", "- podSelector:\n", "- namespaceSelector: {}\n          podSelector:\n", "policies allow anyone>qdrant:6333")]
    [InlineData("network/gateway", "- port: 30000", "- port: 30001", "policies forbid gateway>silo:30000")]
    [InlineData("network/jobs", "policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]", "no policy holds")]
    [InlineData("gateway/deployment", "maxUnavailable: 0", "maxUnavailable: 1", "before the next one is ready")]
    [InlineData("silo/statefulset", "podManagementPolicy: Parallel", "podManagementPolicy: OrderedReady", "no rollback heals")]
    [InlineData("silo/service", "clusterIP: None", "type: ClusterIP", "not headless")]
    [InlineData("silo/pdb", "maxUnavailable: 1", "maxUnavailable: 0", "drains may take more")]
    [InlineData("gateway/hpa", "name: \"somafractalmemory\"\n  minReplicas", "name: somafractalmemory-silo\n  minReplicas", "its target is not there")]
    [InlineData("gateway/hpa", "stabilizationWindowSeconds: 300", "stabilizationWindowSeconds: 30", "faster than one a minute")]
    [InlineData("postgres/statefulset", "podManagementPolicy: \"Parallel\"", "podManagementPolicy: OrderedReady", "postgres starts its pods one after the other")]
    [InlineData("gateway/deployment", "replicas: 3", "progressDeadlineSeconds: 600", "would have 1 pods until its HPA acts")]
    [InlineData("gateway/deployment", "tolerationSeconds: 30", "tolerationSeconds: 300", "not-ready for the 300 seconds")]
    [InlineData("gateway/deployment", "key: node.kubernetes.io/unreachable", "key: node.kubernetes.io/not-there", "unreachable for the 300 seconds")]
    [InlineData("qdrant/statefulset", "podAntiAffinity:", "podAffinity:", "may share a node")]
    [InlineData("qdrant/statefulset", "topologyKey: kubernetes.io/hostname", "topologyKey: topology.kubernetes.io/zone", "may share a node")]
    [InlineData("redis/statefulset", " --protected-mode no", "", "answers its own pod alone")]
    [InlineData("backup/claim-job", "claimName: \"somafractalmemory-backup\"", "claimName: existing-other", "nothing mounts the claim")]
    [InlineData("backup/claim-job", "name: \"somafractalmemory-backup-claim-", "name: \"somafractalmemory-backup-claim\" #", "template cannot change")]
    [InlineData("silo/statefulset", "instance: \"somafractalmemory\"", "instance: 123", "instance: 123 is no text")]
    [InlineData("gateway/service", "name: \"somafractalmemory\"", "name: true", "name: true is no text")]
    [InlineData("silo/statefulset", "value: \"11111\"", "value: 11111", "value: 11111 is no text")]
    [InlineData("redis/statefulset", "replicas: 1", "replicas: 2", "know nothing of each other")]
    [InlineData("qdrant/statefulset", "--bootstrap", "--begin", "is no cluster")]
    [InlineData("backup/cronjob", "schedule: \"0 3 * * *\"", "schedule: \"0 25 * * *\"", "is no schedule")]
    [InlineData("backup/cronjob", "concurrencyPolicy: Forbid", "concurrencyPolicy: Allow", "may run twice")]
    [InlineData(
        "backup/cronjob", "name: SOMA_DATA_DIR\n                  value: \"\"",
        "name: SOMA_DATA_DIR\n                  value: /data", "reads a folder instead")]
    [InlineData("backup/cronjob", "\"--to\",\"/backups\"", "\"--to\",\"/tmp\"", "verify what it wrote")]
    [InlineData("backup/claim", "name: \"somafractalmemory-backup\"", "name: somafractalmemory-backups", "there is no claim")]
    [InlineData(
        "silo/statefulset", "name: SOMA_READ_LEASE_SECONDS\n              value: \"1\"",
        "name: SOMA_READ_LEASE_SECONDS\n              value: \"100\"", "would not start: SOMA_READ_LEASE_SECONDS")]
    [InlineData("silo/statefulset", "name: SOMA_PROBE_TIMEOUT_SECONDS", "name: SOMA_PROBE_TIMEOUT", "nobody reads SOMA_PROBE_TIMEOUT")]
    [InlineData("gateway/deployment", "name: SOMA_RATE_LIMIT_MAX", "name: SOMA_RATE_LIMIT", "nobody reads SOMA_RATE_LIMIT")]
    [InlineData(
        "silo/pdb", "name: \"somafractalmemory-silo\"",
        "name: somafractalmemory-silo-of-a-release-with-a-name-that-nobody-would-give", "more than 63 characters")]
    public void A_broken_rendering_is_found(string template, string sound, string broken, string found)
    {
        var chart = new RenderedChart(Break(Chart.Render(Sound).Yaml, template, sound, broken));

        Assert.Contains(ChartRules.Check(chart), problem => problem.Contains(found, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("readinessProbe:", "readinesProbe:")]
    [InlineData("terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: long")]
    [InlineData("scrapeTimeout:", "scrapeTimeOut:")]
    public void A_misspelt_field_is_not_read(string sound, string broken)
    {
        var yaml = Chart.Render(Sound).Yaml;
        Assert.Contains(sound, yaml, StringComparison.Ordinal);

        Assert.ThrowsAny<Exception>(() => new RenderedChart(yaml.Replace(sound, broken, StringComparison.Ordinal)));
    }

    /// <summary>Replaces text in the documents of one template; <c>#end</c> stands for the end of a document.</summary>
    private static string Break(string yaml, string template, string sound, string broken)
    {
        var documents = yaml.Split("\n---\n").Select(document => document.TrimEnd() + "\n#end").ToArray();
        var hits = Enumerable.Range(0, documents.Length)
            .Where(place => documents[place].Contains($"templates/{template}.yaml", StringComparison.Ordinal))
            .Where(place => documents[place].Contains(sound, StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(hits);
        foreach (var hit in hits)
        {
            documents[hit] = documents[hit].Replace(sound, broken, StringComparison.Ordinal);
        }

        return string.Join("\n---\n", documents);
    }
}
