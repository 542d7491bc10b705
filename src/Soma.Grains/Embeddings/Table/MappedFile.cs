using System.IO.MemoryMappedFiles;

namespace Soma.Grains.Embeddings.Table;

/// <summary>Maps a file of a built-in model into memory for the life of the process.</summary>
/// <remarks>
/// The process holds only the pages that it touched, and the processes of one machine share them. The file must not be shortened
/// meanwhile; a newer one is put in its place by renaming.
/// </remarks>
internal static unsafe class MappedFile
{
    /// <exception cref="InvalidDataException">The file is empty or too long.</exception>
    public static ReadOnlySpan<byte> Open(string path)
    {
        var length = new FileInfo(path).Length;
        if (length is 0 or > int.MaxValue)
        {
            throw new InvalidDataException($"'{path}' holds {length} bytes, which no model file does.");
        }

        using var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        var view = mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        // Never released, which keeps the file mapped.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return new ReadOnlySpan<byte>(start, (int)length);
    }
}
