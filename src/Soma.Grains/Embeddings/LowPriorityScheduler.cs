namespace Soma.Grains.Embeddings;

/// <summary>
/// Runs tasks on a few threads of its own, to which the operating system gives only the processor time that other threads leave.
/// </summary>
/// <remarks>
/// On Linux, .NET's thread priority has no effect. The nice value has, and raising it needs no privilege. A request that needs
/// the core takes it from such a thread within a scheduler tick.
/// </remarks>
public sealed partial class LowPriorityScheduler : TaskScheduler, IDisposable
{
    private const int OfThread = 0;
    private const int LeastNice = 19;

    private readonly BlockingCollection<Task> _tasks = [];

    public LowPriorityScheduler(int threads, string name)
    {
        MaximumConcurrencyLevel = threads;
        for (var i = 0; i < threads; i++)
        {
            new Thread(Run) { IsBackground = true, Name = name, Priority = ThreadPriority.Lowest }.Start();
        }
    }

    public override int MaximumConcurrencyLevel { get; }

    /// <summary>Accepts no more tasks. Tasks that are already queued still run.</summary>
    public void Dispose() => _tasks.CompleteAdding();

    protected override void QueueTask(Task task) => _tasks.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();

    private void Run()
    {
        if (OperatingSystem.IsLinux())
        {
            // Id 0 means the calling thread: on Linux this call takes thread ids. If the call is refused, the thread keeps its
            // normal priority.
            _ = SetPriority(OfThread, 0, LeastNice);
        }

        foreach (var task in _tasks.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
