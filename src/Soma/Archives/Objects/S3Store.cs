using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Soma.Archives.Objects;

/// <summary>Objects in a bucket of S3, or of a server that speaks its protocol.</summary>
internal sealed class S3Store(IAmazonS3 client, string bucket, string folder) : IObjectStore
{
    public string Name => $"s3://{bucket}/{folder}".TrimEnd('/');

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = folder + prefix };
        while (true)
        {
            var page = await GuardAsync(prefix, () => client.ListObjectsV2Async(request, cancellationToken));
            foreach (var one in page.S3Objects ?? [])
            {
                yield return new StoredObject(
                    one.Key[folder.Length..], one.Size ?? 0, new DateTimeOffset((one.LastModified ?? DateTime.UnixEpoch).ToUniversalTime()));
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => GuardAsync(name, async () =>
    {
        try
        {
            var answer = await client.GetObjectAsync(bucket, folder + name, cancellationToken);
            return answer.ResponseStream;
        }
        catch (AmazonS3Exception failure) when (failure.StatusCode == HttpStatusCode.NotFound && failure.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
    });

    public Task PutAsync(string name, Stream content, DateTimeOffset? lockedUntil, CancellationToken cancellationToken) =>
        content.Length > S3Multipart.PartBytes
            ? GuardAsync(name, () => new S3Multipart(client, bucket, folder + name).PutAsync(content, lockedUntil, cancellationToken))
            : GuardAsync(name, () => client.PutObjectAsync(Request(name, content, lockedUntil), cancellationToken));

    public Task<bool> TryCreateAsync(string name, byte[] content, CancellationToken cancellationToken) => GuardAsync(name, async () =>
    {
        using var stream = new MemoryStream(content);
        var request = Request(name, stream, null);
        request.IfNoneMatch = "*";
        try
        {
            await client.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception failure) when (failure.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
        catch (AmazonS3Exception failure) when (failure.StatusCode == HttpStatusCode.NotImplemented)
        {
            stream.Position = 0;
            await client.PutObjectAsync(Request(name, stream, null), cancellationToken);
            return true;
        }
    });

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => GuardAsync(name, async () =>
    {
        try
        {
            // In a bucket with versions a plain delete only hides an object, locked or not. The version itself is deleted, or nothing is.
            var about = await client.GetObjectMetadataAsync(bucket, folder + name, cancellationToken);
            if (about.ObjectLockLegalHoldStatus == ObjectLockLegalHoldStatus.On || about.ObjectLockRetainUntilDate?.ToUniversalTime() > DateTime.UtcNow)
            {
                return false;
            }

            var request = new DeleteObjectRequest { BucketName = bucket, Key = folder + name };
            request.VersionId = string.IsNullOrEmpty(about.VersionId) || about.VersionId == "null" ? null : about.VersionId;
            await client.DeleteObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception failure) when (failure.StatusCode == HttpStatusCode.NotFound)
        {
            return true;
        }
        catch (AmazonS3Exception failure) when (failure.StatusCode == HttpStatusCode.Forbidden && failure.ErrorCode is "AccessDenied" or "ObjectLocked")
        {
            return false;
        }
    });

    public void Dispose() => client.Dispose();

    private PutObjectRequest Request(string name, Stream content, DateTimeOffset? lockedUntil)
    {
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = folder + name,
            InputStream = content,
            AutoCloseStream = false,
            // The signature then covers the SHA-256 of the whole content, which every server checks.
            UseChunkEncoding = false,
        };
        if (lockedUntil is { } until)
        {
            (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ObjectLockMode.Compliance, until.UtcDateTime);
        }

        return request;
    }

    private async Task<T> GuardAsync<T>(string name, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            throw new ObjectStoreException($"{Name}: {name}: {failure.Message}", failure);
        }
    }
}
