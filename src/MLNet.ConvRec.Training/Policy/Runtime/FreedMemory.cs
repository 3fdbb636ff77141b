using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>What the C library does with memory that was freed.</summary>
/// <remarks>
/// A training step frees and takes the same large blocks again and again. glibc gives each back to the system and takes it anew, page by
/// page, which costs a step a fifth of its time (docs/redial.md); told to keep them, the process stays as large as its largest step.
/// </remarks>
internal static class FreedMemory
{
    private const int TrimThreshold = -1, MapThreshold = -3;                // M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
    private const int LargestBlock = 32 << 20;                              // the most that glibc allows

    /// <summary>Keeps it in the process. Other C libraries (musl) have no such call and no such habit: there nothing happens.</summary>
    public static void Keep()
    {
        if (!NativeLibrary.TryLoad("libc.so.6", out var libc) || !NativeLibrary.TryGetExport(libc, "mallopt", out var address))
            return;
        var set = Marshal.GetDelegateForFunctionPointer<MemoryOption>(address);
        _ = set(TrimThreshold, int.MaxValue);
        _ = set(MapThreshold, LargestBlock);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MemoryOption(int parameter, int value);
}
