using System.Runtime.CompilerServices;

namespace Moodstream.Tests.Support;

/// <summary>Gives every awaited step a deadline that names the line it stood on.</summary>
public static class TaskExtensions
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Awaits a step for a minute at most.</summary>
    public static async Task DefaultTimeout(
        this Task task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        try
        {
            await task.WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"{file}:{line} did not complete within {Limit.TotalSeconds} s");
        }
    }

    /// <summary>Awaits a step for a minute at most.</summary>
    public static async Task<T> DefaultTimeout<T>(
        this Task<T> task, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        await ((Task)task).DefaultTimeout(file, line);
        return await task;
    }
}
