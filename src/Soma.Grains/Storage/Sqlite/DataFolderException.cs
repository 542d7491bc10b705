namespace Soma.Grains.Storage.Sqlite;

/// <summary>The data folder cannot be used as it is; the message is one line for an operator.</summary>
public class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);
