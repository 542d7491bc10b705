using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Compares everything that the clients saw with the contents of the store.</summary>
internal static class Checker
{
    public static ChaosReport Check(IReadOnlyList<Operation> operations, IReadOnlyCollection<StoredNamespace> stored)
    {
        var violations = new Violations();
        var byNamespace = operations.ToLookup(operation => operation.Namespace);
        foreach (var each in stored)
        {
            Check(each, [.. byNamespace[each.Name]], violations);
        }

        foreach (var operation in operations.Where(operation => operation.Defect is not null))
        {
            violations.Add("answer", $"{operation}: {operation.Defect}");
        }

        return new ChaosReport
        {
            Operations = operations.Count,
            Outcomes = operations.CountBy(operation => $"{operation.Kind} {operation.Outcome}").ToDictionary(),
            Statuses = operations.CountBy(operation => operation.Status).ToDictionary(),
            LogRows = stored.Sum(each => each.Log.Count),
            Epochs = stored.Sum(each => each.Log.Select(entry => entry.Epoch).Distinct().Count()),
            ViolationCount = violations.Count,
            Violations = violations.First,
        };
    }

    private static void Check(StoredNamespace stored, IReadOnlyList<Operation> operations, Violations violations)
    {
        if (!LogCheck.Run(stored, violations))
        {
            return;
        }

        var log = new NamespaceLog(stored.Name, stored.Log);
        var floors = new OrderCheck(log, violations).Run(operations);
        var writes = new WriteCheck(log, violations);
        writes.Run(operations, floors);
        ContentCheck.Run(log, operations, violations);
        KeyCheck.Run(stored, operations, writes, violations);
    }
}
