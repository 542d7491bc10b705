using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Soma.Archives;

namespace Soma.Remote;

/// <summary>The arguments that name a running service and a namespace of it: the same for every command that asks one.</summary>
internal sealed class ServiceArguments
{
    private readonly CommandHost _host;
    private readonly Option<Uri?> _url = new("--url") { Description = "The running service. Default: the profile's, SOMA_URL's, else http://127.0.0.1:9595.", CustomParser = CommandLine.ReadUrl };
    private readonly Option<string?> _profile = new("--profile") { Description = "A service that soma login stored, by its name. Default: the latest one." };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "The namespace's tenant. Default: the profile's, else that of the token." };
    private readonly Option<string?>? _named;
    private readonly Argument<string?>? _placed;

    private ServiceArguments(CommandHost host, Option<string?>? named, Argument<string?>? placed)
    {
        (_host, _named, _placed) = (host, named, placed);
        _profile.CompletionSources.Add(_ => ProfileFile.Of(host.Settings).Read().Profiles.Keys.Select(name => new CompletionItem(name)));
        _tenant.Validators.Add(result => RequireName(result, result.GetValue(_tenant), "a tenant's name"));
        placed?.Validators.Add(result => RequireName(result, result.GetValue(placed), "a namespace's name"));
        named?.Validators.Add(result => RequireName(result, result.GetValue(named), "a namespace's name"));
        placed?.CompletionSources.Add(_ => KnownNamespaces.List(host));
        named?.CompletionSources.Add(_ => KnownNamespaces.List(host));
    }

    /// <summary>The namespace is the option <c>--namespace</c>.</summary>
    public static ServiceArguments Named(CommandHost host) => new(host, new Option<string?>("--namespace", "-n") { Description = "The namespace. Default: SOMA_NAMESPACE, the profile's, else default." }, null);

    /// <summary>The namespace is the first argument.</summary>
    public static ServiceArguments Placed(CommandHost host, string what, bool isOptional = false) => new(
        host,
        null,
        new Argument<string?>("namespace") { Description = isOptional ? $"{what} Default: SOMA_NAMESPACE, the profile's, else default." : what, Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne });

    /// <summary>The service is named, and no namespace.</summary>
    public static ServiceArguments OnlyService(CommandHost host) => new(host, null, null);

    /// <summary>Adds them to a command. It must have no argument yet, since a namespace's name stands before all others.</summary>
    public TCommand AddTo<TCommand>(TCommand command)
        where TCommand : Command
    {
        if (_placed is not null)
        {
            command.Add(_placed);
        }

        if (_named is not null)
        {
            command.Add(_named);
        }

        command.Add(_tenant);
        command.Add(_url);
        command.Add(_profile);
        return command;
    }

    public TargetChoice Choice(ParseResult parsed) => new(
        parsed.GetValue(_url), parsed.GetValue(_profile), _placed is null ? _named is null ? null : parsed.GetValue(_named) : parsed.GetValue(_placed), parsed.GetValue(_tenant));

    public bool NamesService(ParseResult parsed) => RemoteTarget.IsMeant(_host.Read, Choice(parsed));

    /// <summary>Runs a command against the service that its arguments name.</summary>
    public Command Run<TRequest>(
        Command command,
        Func<ParseResult, RemoteTarget, TRequest> read,
        Func<SettingsReader, TRequest, TextWriter, TextWriter, CancellationToken, Task<ExitCode>> run)
    {
        command.SetAction(async (parsed, _) => (int)await Interruption.RunAsync(
            _host.Errors,
            interrupted => ProcessBoundary.RunAsync("soma", _host.Settings, _host.Errors, () =>
            {
                var target = RemoteTarget.Resolve(_host.Read, Choice(parsed));
                return run(target.Settings, read(parsed, target), _host.Output, _host.Errors, interrupted);
            })));
        return command;
    }

    private static void RequireName(SymbolResult result, string? name, string what)
    {
        if (name is not null)
        {
            ArchiveCommands.RequireName(result, name, what);
        }
    }
}
