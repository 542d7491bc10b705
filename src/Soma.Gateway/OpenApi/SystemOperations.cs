using Soma.Gateway.Answers;

namespace Soma.Gateway.OpenApi;

internal static class SystemOperations
{
    private const string Tag = "System";
    private const string FlagsExample = """{"kv_store":true,"vector_store":true,"graph_store":true}""";

    public static OperationDoc Stats { get; } = new("getStats", Tag, "Counts of memories")
    {
        Answer = typeof(Stats),
        AnswerExample = """{"total_memories":3,"episodic":2,"semantic":1,"belief":0,"vector_count":3,"namespaces":{"default":{"total":3,"episodic":2,"semantic":1}},"vector_collections":{"default":3}}""",
        Errors = [503],
    };

    public static OperationDoc Readiness { get; } = new("getReadiness", Tag, "Whether the service works now")
    {
        Answer = typeof(Flags),
        AnswerExample = FlagsExample,
        Errors = [503],
    };

    public static OperationDoc Liveness { get; } = new("getLiveness", Tag, "Which capabilities work now; an error only when the process must be restarted")
    {
        Answer = typeof(Flags),
        AnswerExample = FlagsExample,
    };

    public static OperationDoc Health { get; } = new("getHealth", Tag, "How each component is")
    {
        Answer = typeof(Health),
        AnswerExample = """{"kv_store":true,"vector_store":true,"graph_store":true,"status":"healthy","healthy":true,"version":"0.1.0","uptime_seconds":12.5,"components":[{"name":"store","healthy":true,"latency_ms":0.4,"detail":"postgres"}]}""",
    };

    public static OperationDoc Live { get; } = new("getProcessLiveness", Tag, "Whether this process runs") { Answer = typeof(Alive) };

    public static OperationDoc Ready { get; } = new("getProcessReadiness", Tag, "Whether to send this process requests")
    {
        Answer = typeof(Flags),
        Errors = [503],
    };

    public static OperationDoc Metrics { get; } = new("getMetrics", Tag, "Prometheus metrics");

    public static OperationDoc FrontPage { get; } = new("getFrontPage", Tag, "What runs here") { Answer = typeof(FrontPage) };

    public static OperationDoc Ping { get; } = new("ping", Tag, "Answers") { Answer = typeof(Pong) };
}
