namespace Soma.Gateway.Tests.Service;

/// <summary>A running service that a suite talks to over HTTP and nothing else.</summary>
/// <remarks>
/// It starts empty, with the default namespace, a body limit of 1 MB and no rate limit. <see cref="Client"/> sends no token by itself.
/// </remarks>
public interface IServiceUnderTest
{
    HttpClient Client { get; }

    /// <summary>The root token.</summary>
    string Token { get; }
}
