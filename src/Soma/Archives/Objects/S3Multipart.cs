using Amazon.S3;
using Amazon.S3.Model;

namespace Soma.Archives.Objects;

/// <summary>Writes a large object in parts, several at a time, each of which is tried again by itself.</summary>
internal sealed class S3Multipart(IAmazonS3 client, string bucket, string key)
{
    /// <summary>An object that is larger is written in parts of this size, or in larger ones if they were too many.</summary>
    public const long PartBytes = 8 << 20;

    private const int MostParts = 9_000;
    private const int AtOnce = 3;

    public async Task<bool> PutAsync(Stream content, DateTimeOffset? lockedUntil, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key };
        if (lockedUntil is { } until)
        {
            (begin.ObjectLockMode, begin.ObjectLockRetainUntilDate) = (ObjectLockMode.Compliance, until.UtcDateTime);
        }

        var upload = (await client.InitiateMultipartUploadAsync(begin, cancellationToken)).UploadId;
        try
        {
            var parts = await PutPartsAsync(upload, content, cancellationToken);
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, cancellationToken);
            return true;
        }
        catch
        {
            // Parts of an upload that nobody completes cost storage and are in no listing.
            await client.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None);
            throw;
        }
    }

    private async Task<List<PartETag>> PutPartsAsync(string upload, Stream content, CancellationToken cancellationToken)
    {
        var size = Math.Max(PartBytes, content.Length / MostParts);
        var parts = new List<PartETag>();
        for (var number = 1; content.Position < content.Length;)
        {
            var group = new List<Task<UploadPartResponse>>();
            for (; group.Count < AtOnce && content.Position < content.Length; number++)
            {
                var part = new byte[Math.Min(size, content.Length - content.Position)];
                await content.ReadExactlyAsync(part, cancellationToken);
                group.Add(PutPartAsync(upload, number, part, cancellationToken));
            }

            parts.AddRange((await Task.WhenAll(group)).Select(answer => new PartETag(answer.PartNumber ?? 0, answer.ETag)));
        }

        return parts;
    }

    private async Task<UploadPartResponse> PutPartAsync(string upload, int number, byte[] part, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(part);
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartNumber = number,
            PartSize = part.Length,
            InputStream = stream,
            UseChunkEncoding = false,
        };
        return await client.UploadPartAsync(request, cancellationToken);
    }
}
