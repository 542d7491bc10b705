using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Checks that the content that readers saw under a seq is the content that was written under it.</summary>
internal static class ContentCheck
{
    public static void Run(NamespaceLog log, IReadOnlyList<Operation> operations, Violations violations)
    {
        foreach (var operation in operations)
        {
            foreach (var sighting in operation.Sightings)
            {
                if (sighting is { Kind: SightingKind.Holds, Marker: not null } && !IsAsWritten(log.Find(sighting.Seq), sighting))
                {
                    violations.Add(
                        "content",
                        $"{operation} saw {sighting} with '{sighting.Marker}' version {sighting.Version}, the log holds {log.Find(sighting.Seq)?.ToString() ?? "nothing"}");
                }
            }
        }
    }

    private static bool IsAsWritten(LogEntry? entry, Sighting sighting) =>
        entry is { Op: LoggedOp.Put } written && written.Coordinate == sighting.Coordinate && written.Marker == sighting.Marker
        && (sighting.Version is null || sighting.Version == written.Version);
}
