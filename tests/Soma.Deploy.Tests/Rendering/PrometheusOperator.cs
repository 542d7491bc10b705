using k8s;
using k8s.Models;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>The fields of the operator's ServiceMonitor that the chart may use.</summary>
public sealed class ServiceMonitor : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public MonitorSpec Spec { get; set; } = new();

    public sealed class MonitorSpec
    {
        public V1LabelSelector Selector { get; set; } = new();

        public IList<Endpoint> Endpoints { get; set; } = [];
    }

    public sealed class Endpoint
    {
        public string Port { get; set; } = "";

        public string Path { get; set; } = "";

        public string Interval { get; set; } = "";

        public string ScrapeTimeout { get; set; } = "";

        public string Scheme { get; set; } = "";

        public TlsConfig? TlsConfig { get; set; }
    }
}

/// <summary>How an operator's endpoint is verified.</summary>
public sealed class TlsConfig
{
    public bool InsecureSkipVerify { get; set; }
}

/// <summary>The fields of the operator's PrometheusRule that alerts need.</summary>
public sealed class PrometheusRule : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public RuleSpec Spec { get; set; } = new();

    public sealed class RuleSpec
    {
        public IList<Group> Groups { get; set; } = [];
    }

    public sealed class Group
    {
        public string Name { get; set; } = "";

        public IList<Rule> Rules { get; set; } = [];
    }

    public sealed class Rule
    {
        public string Alert { get; set; } = "";

        public string Expr { get; set; } = "";

        public string For { get; set; } = "";

        public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

        public IDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();
    }
}
