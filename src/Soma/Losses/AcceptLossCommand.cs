using System.CommandLine;
using Soma.Archives;
using Soma.Grains.Storage.Postgres.Failover;

namespace Soma.Losses;

/// <summary>
/// <c>soma accept-loss</c>: an operator's word that the service may go on from a database that lacks acknowledged writes. It is
/// written to that database, so every silo follows it, also one that starts later.
/// </summary>
public static class AcceptLossCommand
{
    internal static Command Make()
    {
        var yes = new Option<bool>("--yes") { Description = "Accept the loss. Without it, what is lost is only listed." };
        var command = new Command("accept-loss", "List acknowledged writes that the database lacks after a failover, and with --yes go on without them.") { yes };
        return command.WithAction(parsed => parsed.GetValue(yes), RunAsync);
    }

    public static Task<ExitCode> RunAsync(
        SettingsReader settings, bool isAccepted, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            var address = PostgresSettings.Read(settings)
                ?? throw new InvalidSettingException(PostgresSettings.Url, "must be set (or POSTGRES_HOST): only a database can lose acknowledged writes.");
            var lost = isAccepted
                ? await LossRecord.AcceptAsync(address, cancellationToken)
                : await LossRecord.ReadAsync(address, cancellationToken);
            foreach (var stretch in lost)
            {
                await output.WriteLineAsync(stretch.ToString().AsMemory(), cancellationToken);
            }

            await output.WriteLineAsync(Conclude(lost, isAccepted).AsMemory(), cancellationToken);
            return lost.Count > 0 && !isAccepted ? ExitCode.WritesLost : ExitCode.Stopped;
        });

    private static string Conclude(IReadOnlyList<LostStretch> lost, bool isAccepted) => (lost.Count, isAccepted) switch
    {
        (0, _) => "No loss of acknowledged writes is on record.",
        (_, true) => "Accepted: every namespace goes on from what the database holds. Consumers of changes are told to begin again. "
            + "With Qdrant, run soma reindex for the namespaces that are searched there.",
        _ => "Nothing is served until this is accepted with --yes, or until a server that has these writes takes over.",
    };
}
