using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>
/// Answers what <c>helm template --dry-run=server</c> asks an API server: which kinds there are, and the objects that templates look
/// up. It takes no changes and checks nothing: tests use it to see how templates react to what runs already.
/// </summary>
public sealed class FakeCluster : IAsyncDisposable
{
    private static readonly (string Group, string Kind, string Plural)[] Kinds =
    [
        ("v1", "ConfigMap", "configmaps"), ("v1", "PersistentVolumeClaim", "persistentvolumeclaims"), ("v1", "Pod", "pods"), ("v1", "Secret", "secrets"),
        ("v1", "Service", "services"), ("v1", "ServiceAccount", "serviceaccounts"), ("apps/v1", "Deployment", "deployments"),
        ("apps/v1", "StatefulSet", "statefulsets"), ("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
        ("cert-manager.io/v1", "Certificate", "certificates"), ("cert-manager.io/v1", "Issuer", "issuers"),
        ("monitoring.coreos.com/v1", "PrometheusRule", "prometheusrules"), ("monitoring.coreos.com/v1", "ServiceMonitor", "servicemonitors"),
        ("batch/v1", "CronJob", "cronjobs"), ("batch/v1", "Job", "jobs"), ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
        ("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    ];

    private readonly ConcurrentDictionary<string, string> _objects = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("soma-cluster-").FullName;
    private readonly WebApplication _server;

    private FakeCluster()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Requests that would have changed something.</summary>
    public ConcurrentBag<string> Changes { get; } = [];

    private string Config => Path.Combine(_folder, "kubeconfig");

    public static async Task<FakeCluster> StartAsync()
    {
        var cluster = new FakeCluster();
        await cluster._server.StartAsync();
        await File.WriteAllTextAsync(cluster.Config, string.Create(CultureInfo.InvariantCulture, $$"""
            { "apiVersion": "v1", "kind": "Config", "current-context": "c",
              "clusters": [{ "name": "c", "cluster": { "server": "{{cluster._server.Urls.Single()}}" } }],
              "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u" } }], "users": [{ "name": "u", "user": {} }] }
            """));
        return cluster;
    }

    /// <summary>Holds the objects of a rendering as if they had been installed; <paramref name="change"/> changes them as a cluster would have.</summary>
    public void Run(RenderedChart chart, Action<IKubernetesObject<V1ObjectMeta>>? change = null)
    {
        _objects.Clear();
        // Templates look at none of the operators' own kinds.
        var own = chart.Objects.Where(one => one.GetType().Namespace == typeof(V1Pod).Namespace && Kinds.Any(kind => kind.Kind == one.Kind));
        foreach (var one in own.Where(one => one.Metadata.Name is not null))
        {
            var copy = (IKubernetesObject<V1ObjectMeta>)KubernetesYaml.LoadAllFromString(KubernetesYaml.Serialize(one)).Single();
            // Helm 4 refuses to change an object that does not say that it belongs to the release.
            copy.EnsureMetadata().EnsureAnnotations()["meta.helm.sh/release-name"] = Chart.Release;
            copy.Metadata.Annotations["meta.helm.sh/release-namespace"] = "agents";
            change?.Invoke(copy);
            _objects[$"{PathOf(copy.Kind)}/{copy.Metadata.Name}"] = KubernetesJson.Serialize(copy);
        }
    }

    /// <summary>Deletes an object, as <c>kubectl delete</c> does.</summary>
    public void Delete(string kind, string name) => Assert.True(_objects.TryRemove($"{PathOf(kind)}/{name}", out _));

    /// <exception cref="HelmException">It does not render.</exception>
    public RenderedChart Render(RenderRequest request)
    {
        // Helm 4 would check the objects against the cluster's schema, which this server does not have.
        string[] connection = ["--dry-run=server", "--kubeconfig", Config, "--disable-openapi-validation"];
        return new RenderedChart(Helm.Run(request.Helm, [.. request.ToArguments(), .. connection]));
    }

    /// <exception cref="HelmException">It does not upgrade.</exception>
    public void Upgrade(RenderRequest request) => Helm.Run(request.Helm, [.. request.ToUpgrade(), "--kubeconfig", Config, "--disable-openapi-validation"]);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string PathOf(string kind)
    {
        var (group, _, plural) = Kinds.Single(one => one.Kind == kind);
        return $"{Root(group)}/namespaces/agents/{plural}";
    }

    private static string Root(string group) => group == "v1" ? "/api/v1" : $"/apis/{group}";

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isChange = context.Request.Method != "GET";
        if (isChange)
        {
            Changes.Add($"{context.Request.Method} {path}");
        }

        var answer = isChange ? null : path switch
        {
            "/version" => """{"major":"1","minor":"34","gitVersion":"v1.34.0"}""",
            "/api" => """{"kind":"APIVersions","versions":["v1"]}""",
            "/apis" => Groups(),
            _ => Kinds.Any(kind => Root(kind.Group) == path) ? Resources(path)
                : Kinds.Any(kind => PathOf(kind.Kind) == path) ? List(path)
                : _objects.GetValueOrDefault(path),
        };
        context.Response.StatusCode = answer is null ? 404 : 200;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer ?? """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}""");
    }

    private static string Groups() => new JsonObject
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Kinds.Select(kind => kind.Group).Where(group => group != "v1").Distinct().Select(Group)]),
    }.ToJsonString();

    private static JsonObject Group(string group) => new()
    {
        ["name"] = group.Split('/')[0],
        ["versions"] = new JsonArray(Version(group)),
        ["preferredVersion"] = Version(group),
    };

    private static JsonObject Version(string group) => new() { ["groupVersion"] = group, ["version"] = group.Split('/')[1] };

    private static string Resources(string path) => new JsonObject
    {
        ["kind"] = "APIResourceList",
        ["groupVersion"] = Kinds.First(kind => Root(kind.Group) == path).Group,
        ["resources"] = new JsonArray([.. Kinds.Where(kind => Root(kind.Group) == path).Select(kind => new JsonObject
        {
            ["name"] = kind.Plural,
            ["namespaced"] = true,
            ["kind"] = kind.Kind,
            ["verbs"] = new JsonArray("get", "list"),
        })]),
    }.ToJsonString();

    private string List(string path)
    {
        var (group, kind, _) = Kinds.Single(one => PathOf(one.Kind) == path);
        var items = _objects.Where(one => one.Key.StartsWith(path + "/", StringComparison.Ordinal)).Select(one => JsonNode.Parse(one.Value));
        return new JsonObject
        {
            ["kind"] = $"{kind}List",
            ["apiVersion"] = group,
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. items]),
        }.ToJsonString();
    }
}
