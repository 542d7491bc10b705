namespace Soma.Grains.Storage.Sqlite;

/// <summary>Another process has the data folder.</summary>
public sealed class DataFolderInUseException(string folder, Exception inner)
    : DataFolderException($"Another soma process uses the data folder {folder}: stop it, or give this one another folder.", inner);
