namespace Soma.Grains.Storage.Archives;

/// <summary>Another restore or import works on the database.</summary>
public sealed class BuilderInUseException() : Exception("another restore or import works on this database; wait for its end.");
