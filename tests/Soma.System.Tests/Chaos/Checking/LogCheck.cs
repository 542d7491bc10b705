namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Checks what must be true of a log and of the current memories, whatever the clients saw.</summary>
internal static class LogCheck
{
    /// <summary>Returns false if the seqs have gaps. Checks that rely on the order must then be skipped.</summary>
    public static bool Run(StoredNamespace stored, Violations violations)
    {
        var log = stored.Log;
        for (var i = 0; i < log.Count; i++)
        {
            if (log[i].Seq != i + 1)
            {
                violations.Add("gap", $"{stored.Name} has seq {log[i].Seq} where {i + 1} must be");
                return false;
            }
        }

        if (stored.HeadSeq != log.Count)
        {
            violations.Add("gap", $"{stored.Name} says its head is {stored.HeadSeq}, its log ends with {log.Count}");
        }

        CheckEpochs(stored, violations);
        CheckVersions(stored, violations);
        return true;
    }

    private static void CheckEpochs(StoredNamespace stored, Violations violations)
    {
        for (var i = 1; i < stored.Log.Count; i++)
        {
            var (before, entry) = (stored.Log[i - 1], stored.Log[i]);
            if (entry.Epoch < before.Epoch)
            {
                violations.Add("epoch", $"{stored.Name} seq {entry.Seq} was committed under epoch {entry.Epoch}, after one under {before.Epoch}");
            }
        }
    }

    private static void CheckVersions(StoredNamespace stored, Violations violations)
    {
        var latest = new Dictionary<string, LogEntry>();
        foreach (var entry in stored.Log.Where(entry => entry.IsOfMemory))
        {
            var before = latest.GetValueOrDefault(entry.Coordinate);
            // A delete keeps the version, so that the next store continues from it.
            var expected = entry.Op == LoggedOp.Put ? before.Version + 1 : before.Version;
            if (entry.Version != expected)
            {
                violations.Add("version", $"{stored.Name} {entry.Coordinate} seq {entry.Seq} has version {entry.Version}, not {expected}");
            }

            if (entry.Op == LoggedOp.Delete && (before.Seq == 0 || before.Op == LoggedOp.Delete))
            {
                violations.Add("version", $"{stored.Name} {entry.Coordinate} was deleted at seq {entry.Seq}, where there was nothing");
            }

            latest[entry.Coordinate] = entry;
        }

        CheckMemories(stored, latest, violations);
    }

    private static void CheckMemories(StoredNamespace stored, Dictionary<string, LogEntry> latest, Violations violations)
    {
        var expected = latest.Values.Select(entry => new StoredMemory(entry.Coordinate, entry.Seq, entry.Version, entry.Op == LoggedOp.Put)).ToHashSet();
        expected.SymmetricExceptWith(stored.Memories);
        foreach (var memory in expected)
        {
            violations.Add("current", $"{stored.Name}: log and current state differ in {memory}");
        }
    }
}
