namespace Soma.Grains.Embeddings;

/// <summary>The heap of the C library, from which native code such as ONNX Runtime allocates.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Returns free pages to the machine. Without this call glibc keeps most of what a closed model held, for its own next
    /// allocations. The C library of Alpine (musl) lacks the function and returns large blocks by itself.
    /// </summary>
    public static void ReturnFreePages()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = MallocTrim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // The C library is not glibc.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
