namespace Moodstream.Tests.Support;

/// <summary>A test on a real redis-server; skipped, by name, where there is none.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    /// <summary>Looks for redis-server on the PATH.</summary>
    public RedisFactAttribute()
    {
        if (!RedisServer.IsInstalled)
        {
            Skip = "needs redis-server on the PATH";
        }
    }
}

/// <summary>The same with data.</summary>
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for redis-server on the PATH.</summary>
    public RedisTheoryAttribute()
    {
        if (!RedisServer.IsInstalled)
        {
            Skip = "needs redis-server on the PATH";
        }
    }
}
