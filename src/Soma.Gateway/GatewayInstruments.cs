using System.Collections.Concurrent;
using Prometheus;
using Soma.Gateway.Limits;

namespace Soma.Gateway;

/// <summary>The gateway's metrics, under the names its predecessors' dashboards know.</summary>
/// <remarks>Every label is bounded: routes by template, methods by HTTP's own list, never a path, namespace or caller.</remarks>
public sealed class GatewayInstruments
{
    private const string DuringRequest = "request";
    private const string DuringAnswer = "answer";

    private readonly Counter _requests;
    private readonly Histogram _latency;
    private readonly Counter _responses;
    private readonly Counter _notFound;
    private readonly Counter _gone;
    private readonly Counter _answersRefused;
    private readonly Gauge _answerBytes;
    private readonly Counter _callers;
    private readonly Counter _accessRefused;
    private readonly Counter _stores;
    private readonly Histogram _storeLatency;
    private readonly Counter _recalls;
    private readonly Histogram _recallLatency;
    private readonly ConcurrentDictionary<(string Endpoint, string Method), Series> _series = new();

    public GatewayInstruments(CollectorRegistry registry)
    {
        Registry = registry;
        var metrics = Metrics.WithCustomRegistry(registry);
        _requests = metrics.CreateCounter("api_requests_total", "Requests by route.", "endpoint", "method");
        _latency = metrics.CreateHistogram(
            "api_request_latency_seconds", "Time from a request's headers to its answer.", ["endpoint", "method"], Buckets());
        _responses = metrics.CreateCounter("api_responses_total", "Answers by route and status.", "endpoint", "method", "status");
        _notFound = metrics.CreateCounter("http_404_requests_total", "Answers 404.");
        _gone = metrics.CreateCounter(
            "soma_gateway_clients_gone_total", "Requests whose client went away, in its body or before the answer (request) or inside the answer (answer).", "during");
        _gone.WithLabels(DuringRequest);
        _gone.WithLabels(DuringAnswer);
        _answersRefused = metrics.CreateCounter(
            "soma_gateway_answers_refused_total", "Large answers refused with 503 because those under way hold the whole answer budget.");
        _answerBytes = metrics.CreateGauge("soma_gateway_answer_bytes", "Bytes that large answers hold while their clients read them.");
        _callers = metrics.CreateCounter(
            "soma_gateway_callers_total", "Requests let through by the kind of their token: root, key (an access key), jwt, or nobody on public routes.", "caller");
        foreach (var kind in (ReadOnlySpan<string>)["root", "key", "jwt", "nobody"])
        {
            _callers.WithLabels(kind);
        }

        _accessRefused = metrics.CreateCounter("soma_gateway_access_refused_total", "Answers 401 and 403.");
        _stores = metrics.CreateCounter("soma_memory_store_total", "Memories stored.");
        _storeLatency = metrics.CreateHistogram("soma_memory_store_latency_seconds", "Time of a store, from command to commit.", Buckets());
        Limits = new LimitInstruments(metrics);
        _recalls = metrics.CreateCounter("soma_memory_recall_total", "Searches answered.");
        _recallLatency = metrics.CreateHistogram("soma_memory_recall_latency_seconds", "Time of a search.", Buckets());
        Sending = new SendingInstruments(metrics);
    }

    /// <summary>What <c>/metrics</c> shows.</summary>
    public CollectorRegistry Registry { get; }

    internal SendingInstruments Sending { get; }

    internal LimitInstruments Limits { get; }

    /// <param name="endpoint">The route's template.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="elapsed">Since the request's headers; null: the time says nothing about the service.</param>
    internal void OnRequest(string endpoint, string method, int status, TimeSpan? elapsed)
    {
        var series = _series.GetOrAdd((endpoint, Bounded(method)), static (key, owner) => new Series(owner, key.Endpoint, key.Method), this);
        series.Requests.Inc();
        if (elapsed is { } time)
        {
            series.Latency.Observe(time.TotalSeconds);
        }

        series.Responses(status).Inc();
        if (status == 404)
        {
            _notFound.Inc();
        }
    }

    /// <param name="endpoint">The route's template.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="hadAnswer">Whether the answer had begun.</param>
    /// <param name="elapsed">Since the request's headers.</param>
    internal void OnClientGone(string endpoint, string method, bool hadAnswer, TimeSpan elapsed)
    {
        OnRequest(endpoint, method, ClientGone.Status, elapsed);
        _gone.WithLabels(hadAnswer ? DuringAnswer : DuringRequest).Inc();
    }

    internal void OnAnswerBytes(long bytes) => _answerBytes.Set(bytes);

    /// <param name="kind">One of the few kinds of tokens, never a caller's own name.</param>
    internal void OnCaller(string kind) => _callers.WithLabels(kind).Inc();

    internal void OnAccessRefused() => _accessRefused.Inc();

    internal void OnAnswerRefused() => _answersRefused.Inc();

    internal void OnStored(int memories, TimeSpan elapsed)
    {
        _stores.Inc(memories);
        _storeLatency.Observe(elapsed.TotalSeconds);
    }

    internal void OnRecalled(TimeSpan elapsed)
    {
        _recalls.Inc();
        _recallLatency.Observe(elapsed.TotalSeconds);
    }

    private static string Bounded(string method) =>
        method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" ? method : "other";

    private static HistogramConfiguration Buckets() =>
        new() { Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };

    /// <summary>One route's children, looked up once instead of by label on every request.</summary>
    private sealed class Series(GatewayInstruments owner, string endpoint, string method)
    {
        private readonly ConcurrentDictionary<int, Counter.Child> _byStatus = new();

        public Counter.Child Requests { get; } = owner._requests.WithLabels(endpoint, method);

        public Histogram.Child Latency { get; } = owner._latency.WithLabels(endpoint, method);

        public Counter.Child Responses(int status) => _byStatus.GetOrAdd(
            status, static (code, series) => series.CreateResponses(code), this);

        private Counter.Child CreateResponses(int status) =>
            owner._responses.WithLabels(endpoint, method, status.ToString(CultureInfo.InvariantCulture));
    }
}
