using System.CommandLine;

namespace Soma.Remote;

/// <summary>The command lines of <c>soma login</c> and <c>soma logout</c>.</summary>
internal static class LoginCommands
{
    private const string DefaultName = "default";

    public static Command Login(CommandHost host)
    {
        var url = new Argument<Uri>("url") { Description = "The service, such as https://soma.example.com.", CustomParser = CommandLine.ReadUrl };
        var profile = new Option<string>("--profile") { Description = "The name of the profile.", DefaultValueFactory = _ => DefaultName };
        var fromInput = new Option<bool>("--token-stdin") { Description = "Read the token from standard input instead of asking for it." };
        var space = new Option<string?>("--namespace", "-n") { Description = "The namespace of commands that name none." };
        var tenant = new Option<string?>("--tenant") { Description = "The tenant of commands that name none." };
        var login = new Command("login", "Check a token of a service, and keep both for the commands to come.") { url, profile, fromInput, space, tenant };
        login.SetAction(async (parsed, _) => (int)await Interruption.RunAsync(host.Errors, interrupted => ProcessBoundary.RunAsync("soma", host.Settings, host.Errors, async () =>
        {
            var (service, name) = (parsed.GetRequiredValue(url), parsed.GetRequiredValue(profile));
            var token = await ReadTokenAsync(host, service, parsed.GetValue(fromInput), interrupted);
            using var http = new ServedNamespace(ServiceHttp.Connect(RemoteTarget.WithToken(host.Read, token), service), null, null, TimeSpan.FromSeconds(10), TimeProvider.System);
            var caller = (await http.AskAsync(new ServiceCall(HttpMethod.Get, "whoami"), interrupted)).Json;
            var file = ProfileFile.Of(host.Settings);
            var list = file.Read();
            list.Profiles[name] = new Profile(
                service, token, parsed.GetValue(space) ?? OnlyNamespace(caller), parsed.GetValue(tenant) ?? (MemoryTexts.Member(caller, "tenant") is { Length: > 0 } own ? own : null));
            file.Write(list with { Current = name });
            if (service.Scheme == Uri.UriSchemeHttp && !service.IsLoopback)
            {
                await host.Errors.WriteLineAsync($"soma: everybody on the way to {service} can read the token, since http does not encrypt it.");
            }

            await host.Output.WriteLineAsync(
                $"{service} knows this token as {MemoryTexts.Member(caller, "by")}, which may {Joined(caller, "scopes")} in {Joined(caller, "namespaces")}. It is kept as the profile {name} in {file.Path}.");
            return ExitCode.Stopped;
        })));
        return login;
    }

    public static Command Logout(CommandHost host)
    {
        var profile = new Option<string?>("--profile") { Description = "Which profile is forgotten. Default: the current one." };
        var logout = new Command("logout", "Forget a token that soma login stored. It goes on working; soma keys revoke ends an access key.") { profile };
        logout.SetAction(async (parsed, _) => (int)await ProcessBoundary.RunAsync("soma", host.Settings, host.Errors, async () =>
        {
            var file = ProfileFile.Of(host.Settings);
            var list = file.Read();
            var name = parsed.GetValue(profile) ?? list.Current;
            if (name is null || !list.Profiles.Remove(name, out var forgotten))
            {
                throw new StartupException(ExitCode.NotFound, name is null ? "no profile is in use." : $"there is no profile {name}.");
            }

            file.Write(list.Current == name ? list with { Current = null } : list);
            await host.Output.WriteLineAsync($"The token of {forgotten.Url} is forgotten.");
            return ExitCode.Stopped;
        }));
        return logout;
    }

    private static async Task<string> ReadTokenAsync(CommandHost host, Uri service, bool fromInput, CancellationToken cancellationToken)
    {
        string? token;
        if (fromInput)
        {
            using var reader = new StreamReader(host.Input(), new UTF8Encoding(false));
            token = await reader.ReadLineAsync(cancellationToken);
        }
        else if (Console.IsInputRedirected)
        {
            throw new StartupException(ExitCode.Usage, "there is no terminal to ask for the token on: --token-stdin reads it from standard input.");
        }
        else
        {
            await host.Errors.WriteAsync($"Token of {service}: ");
            token = await Task.Run(ReadHidden, cancellationToken).WaitAsync(cancellationToken);
            await host.Errors.WriteLineAsync();
        }

        return token?.Trim() is { Length: > 0 } given ? given : throw new StartupException(ExitCode.Usage, "no token was given.");
    }

    /// <summary>Reads a line that the terminal does not show.</summary>
    private static string ReadHidden()
    {
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        return typed.ToString();
    }

    /// <summary>The namespace of a key that is for one alone.</summary>
    private static string? OnlyNamespace(JsonElement caller) =>
        caller.GetProperty("namespaces").EnumerateArray().Select(one => one.GetString()).ToList() is [{ } name] && !name.EndsWith('*') ? name : null;

    private static string Joined(JsonElement caller, string name) => string.Join(", ", caller.GetProperty(name).EnumerateArray().Select(one => one.GetString()));
}
