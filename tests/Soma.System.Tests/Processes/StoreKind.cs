namespace Soma.System.Tests.Processes;

public enum StoreKind
{
    Sqlite,
    Postgres,
}
