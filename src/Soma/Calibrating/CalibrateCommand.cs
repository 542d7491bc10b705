namespace Soma.Calibrating;

/// <summary>The arguments of <c>soma calibrate</c>.</summary>
/// <param name="Url">The running service.</param>
/// <param name="Key">Whose curve is fitted.</param>
/// <param name="Pairs">A file of judged pairs; null: pairs are made of the namespace's memories.</param>
/// <param name="IsDry">Whether the curve is shown and not written.</param>
public sealed record CalibrateRequest(Uri Url, NamespaceKey Key, string? Pairs = null, bool IsDry = false);

/// <summary>
/// <c>soma calibrate</c>: fits the curve of relevance to the cosines of a namespace's own embedder, and writes it to the namespace's settings.
/// It goes through a running service, so cosine and cover are exactly those that the service computes for a search.
/// </summary>
public static class CalibrateCommand
{
    // Three constants need no more, and with fewer the figures on the held-out pairs say nothing.
    private const int LeastPairs = 200;
    private const int LeastOfEach = 20;

    // One query in so many is held out.
    private const int HeldOut = 4;
    private const int Digits = 3;

    public static Task<ExitCode> RunAsync(
        SettingsReader settings, CalibrateRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            using var service = new CalibratedService(ServiceHttp.Connect(settings, request.Url), request.Key, TimeProvider.System);
            var making = new PairMaking(service);
            var pairs = request.Pairs is { } file
                ? await making.OfJudgedAsync(await JudgedPair.ReadAsync(file, cancellationToken), cancellationToken)
                : await making.OfMemoriesAsync(cancellationToken);
            var isHeldOut = pairs.ToLookup(pair => pair.Query % HeldOut == HeldOut - 1);
            var (fitted, rest) = (isHeldOut[false].ToList(), isHeldOut[true].ToList());
            RequireEnough(request, making, fitted, rest);
            var curve = Rounded(RelevanceFit.Fit(fitted, making.Space!));
            RequireSense(request, curve);
            await output.WriteAsync(Describe(request, pairs, making.LeftOut, curve, FitQuality.Of(curve, rest), rest.Count).AsMemory(), cancellationToken);
            if (!request.IsDry)
            {
                await service.WriteAsync(curve, cancellationToken);
            }

            await output.WriteLineAsync((request.IsDry ? "Nothing was written (--dry-run)." : "Written to the namespace's settings.").AsMemory(), cancellationToken);
            return ExitCode.Stopped;
        });

    private static void RequireEnough(CalibrateRequest request, PairMaking making, List<LabelledPair> fitted, List<LabelledPair> rest)
    {
        var pairs = fitted.Count + rest.Count;
        if (making.Space is null && making.LeftOut > 0)
        {
            throw new StartupException(
                ExitCode.Failed,
                $"{request.Key}: no memory that was found has a vector of an embedder of its own (SOMA_EMBEDDINGS). The built-in models have their curve already.");
        }

        var relevant = fitted.Concat(rest).Count(pair => pair.IsRelevant);
        if (pairs < LeastPairs || Math.Min(relevant, pairs - relevant) < LeastOfEach || !rest.Exists(pair => pair.IsRelevant) || rest.TrueForAll(pair => pair.IsRelevant))
        {
            throw new StartupException(
                ExitCode.Failed,
                $"{request.Key}: too few pairs: {pairs}, {relevant} of them relevant ({making.LeftOut} were left out). At least {LeastPairs} are needed, "
                + $"{LeastOfEach} of them relevant and {LeastOfEach} not, and some of each among every fourth query, which is held out. {(request.Pairs is null ? "Store more memories, or give judged pairs with --pairs." : "Add pairs to the file.")}");
        }
    }

    private static void RequireSense(CalibrateRequest request, RelevanceCurve curve)
    {
        if (curve.PerCosine <= 0 || curve.PerCover < 0)
        {
            throw new StartupException(ExitCode.Failed, string.Create(
                CultureInfo.InvariantCulture,
                $"{request.Key}: by these pairs a memory would be the less relevant the nearer it is (per cosine {curve.PerCosine}, per cover {curve.PerCover}). Nothing was written."));
        }
    }

    private static RelevanceCurve Rounded(RelevanceCurve curve) => curve with
    {
        Threshold = Math.Round(curve.Threshold, Digits),
        PerCosine = Math.Round(curve.PerCosine, Digits),
        PerCover = Math.Round(curve.PerCover, Digits),
    };

    private static string Describe(CalibrateRequest request, IReadOnlyList<LabelledPair> pairs, int leftOut, RelevanceCurve curve, FitQuality quality, int heldOut) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {request.Key}: {pairs.Count} pairs of {pairs.Select(pair => pair.Query).Distinct().Count()} queries, {pairs.Count(pair => pair.IsRelevant)} of them relevant; {leftOut} left out.
        Space: {curve.Space}
        relevance = 1 / (1 + exp({curve.Threshold} - {curve.PerCosine} cosine - {curve.PerCover} cover))
        Held out, {heldOut} pairs: expected calibration error {quality.Error:0.000}; where 95 % of the relevant pairs stay (relevance {quality.Threshold:0.00}), {quality.Silenced:0.0%} of the others are silenced.

        """);
}
