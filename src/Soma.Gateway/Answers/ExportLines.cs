namespace Soma.Gateway.Answers;

/// <summary>Sends an export as its client reads it: the next chunk is asked for when the client has taken the one before.</summary>
internal sealed class ExportLines(GatewayCore core, NamespaceKey key, IExportGrain export, ExportChunk first) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/jsonl";
        response.Headers.ContentDisposition = $"attachment; filename=\"{key.Name.Replace(':', '_')}.jsonl\"";
        response.Headers[MinSeq.SeqHeader] = first.HeadSeq.ToString(CultureInfo.InvariantCulture);
        RequestObservation.LeaveUntimed(httpContext);
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        var chunk = first;
        for (var number = 1L; ; number++)
        {
            await response.BodyWriter.WriteAsync(chunk.Bytes, httpContext.RequestAborted);
            if (chunk.IsLast)
            {
                return;
            }

            chunk = await core.Client.ReadExportAsync(export, number, httpContext.RequestAborted);
            if (chunk.IsMissing)
            {
                // The silo that read the snapshot is gone. The client sees a broken answer, which lacks the last line of an export too.
                throw new StoreUnavailableException("The export was lost with its silo.");
            }
        }
    }
}
