using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Archives;

namespace Soma.Archives.Backups;

/// <summary>What stands before the tables of a part.</summary>
internal sealed record PartHeader(NamespaceKey Key, NamespaceRow Row, byte[]? Settings);
