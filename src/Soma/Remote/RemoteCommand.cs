using System.CommandLine;
using System.Text.Json.Nodes;

namespace Soma.Remote;

/// <summary>What a command that asks a service works with.</summary>
/// <param name="Service">The service.</param>
/// <param name="Target">How the command line named it.</param>
/// <param name="Out">Writes the answers.</param>
/// <param name="Host">The process.</param>
internal sealed record RemoteSession(ServedNamespace Service, RemoteTarget Target, AnswerWriter Out, CommandHost Host)
{
    /// <summary>Sends a request that changes nothing.</summary>
    public Task<ServiceAnswer> ReadAsync(string path, CancellationToken cancellationToken, JsonNode? body = null) =>
        Service.AskAsync(new ServiceCall(body is null ? HttpMethod.Get : HttpMethod.Post, path, body) { IsRead = true }, cancellationToken);

    /// <summary>Says something that is not the answer itself.</summary>
    public Task NoteAsync(string line) => Host.Errors.WriteLineAsync($"soma: {line}");
}

/// <summary>A command that asks a running service, or has it do something.</summary>
internal sealed class RemoteCommand : Command
{
    // A service that is restarted is back within this time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CommandHost _host;
    private readonly ServiceArguments _service;
    private readonly Option<bool> _json = new("--json") { Description = "Write the service's answer as it is; of a list, one object a line." };
    private readonly Option<string?> _key = new("--idempotency-key") { Description = "The key that an earlier attempt named, so that it applies once. Default: a new one." };

    /// <param name="host">The process.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="description">One line.</param>
    /// <param name="service">The arguments that name the service.</param>
    /// <param name="isWrite">Whether it writes under an idempotency key.</param>
    public RemoteCommand(CommandHost host, string name, string description, ServiceArguments service, bool isWrite = false)
        : base(name, description)
    {
        (_host, _service) = (host, service);
        if (isWrite)
        {
            Add(_key);
        }
    }

    /// <summary>Adds the arguments of every such command, behind its own, and says what it does.</summary>
    public RemoteCommand Does(Func<ParseResult, RemoteSession, CancellationToken, Task<ExitCode>> run)
    {
        _service.AddTo(this).Add(_json);
        SetAction(async (parsed, _) => (int)await Interruption.RunAsync(
            _host.Errors,
            interrupted => ProcessBoundary.RunAsync("soma", _host.Settings, _host.Errors, async () =>
            {
                var target = RemoteTarget.Resolve(_host.Read, _service.Choice(parsed));
                using var service = new ServedNamespace(ServiceHttp.Connect(target.Settings, target.Url), target.Namespace, target.Tenant, Patience, TimeProvider.System) { TokenSource = target.TokenSource };
                return await run(parsed, new RemoteSession(service, target, new AnswerWriter(_host, parsed.GetValue(_json)), _host), interrupted);
            })));
        return this;
    }

    /// <summary>The key under which a write is sent, each attempt of it.</summary>
    public string KeyOf(ParseResult parsed) => parsed.GetValue(_key) ?? Guid.NewGuid().ToString("N");
}
