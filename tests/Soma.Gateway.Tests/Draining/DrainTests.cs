using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Soma.Gateway.Draining;
using Soma.Gateway.Hosting;
using Soma.Hosting;
using Soma.Testing;

namespace Soma.Gateway.Tests.Draining;

/// <summary>A process that is told to stop sends its clients elsewhere before it hangs up on them.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource _release = new();
    private WebApplication _app = null!;
    private ConnectionDrain _drain = null!;

    public async Task InitializeAsync()
    {
        var http = new HttpOptions { Address = IPAddress.Loopback, Port = 0, Token = new SecretSetting("t", "t"), DrainTime = Long };
        var builder = WebApplication.CreateSlimBuilder();
        builder.ListenForSoma(http, new GatewayOptions { ApiToken = "t" });
        _app = builder.Build();
        _app.UseDraining();
        _app.MapGet("/", () => "ok");
        _app.MapGet("/slow", async () =>
        {
            await _release.Task;
            return "ok";
        });
        await _app.StartAsync();
        _drain = _app.Services.GetRequiredService<ConnectionDrain>();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_open_connection_gets_its_answer_and_is_told_to_go()
    {
        using var connection = await ConnectAsync();
        Assert.DoesNotContain("Connection: close", await AskAsync(connection, "/"));

        var stopping = _app.StopAsync();
        await Eventually.TrueAsync(() => _drain.IsDraining);
        var answer = await AskAsync(connection, "/");

        Assert.StartsWith("HTTP/1.1 200", answer);
        Assert.Contains("Connection: close", answer);
        await stopping;
    }

    [Fact]
    public async Task A_request_under_way_is_answered()
    {
        using var connection = await ConnectAsync();
        var answer = AskAsync(connection, "/slow");
        await Eventually.TrueAsync(() => connection.Available == 0 && _drain.OpenConnections == 1);

        var stopping = _app.StopAsync();
        await Eventually.TrueAsync(() => _drain.IsDraining);
        Assert.False(stopping.IsCompleted);
        _release.SetResult();

        Assert.StartsWith("HTTP/1.1 200", await answer);
        await stopping;
    }

    [Fact]
    public async Task A_new_client_is_refused_at_once()
    {
        using var idle = await ConnectAsync();
        await AskAsync(idle, "/");
        _ = _app.StopAsync();
        await Eventually.TrueAsync(() => _drain.IsDraining && !_drain.IsListening);

        var refusal = await Assert.ThrowsAsync<SocketException>(ConnectAsync);

        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
        await AskAsync(idle, "/");
    }

    private int Port => new Uri(_port ??= _app.Urls.Single()).Port;

    private string? _port;

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> AskAsync(Socket connection, string path)
    {
        await connection.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n"));
        var buffer = new byte[4096];
        var text = "";
        while (!text.Contains("\r\n0\r\n", StringComparison.Ordinal) && !text.EndsWith("ok", StringComparison.Ordinal))
        {
            var read = await connection.ReceiveAsync(buffer);
            if (read == 0)
            {
                break;
            }

            text += Encoding.ASCII.GetString(buffer, 0, read);
        }

        return text;
    }
}
