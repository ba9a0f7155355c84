namespace Moodstream.Redis;

/// <summary>Why a call to Redis failed.</summary>
public enum RedisFailure
{
    /// <summary>No connection, or it ended: the call may have been carried out or not.</summary>
    Unreachable,

    /// <summary>No answer in time: the call may have been carried out or not.</summary>
    TimedOut,

    /// <summary>The server answered with an error; <see cref="RedisException.Code"/> says which.</summary>
    Refused,

    /// <summary>What came back is not what a Redis server answers.</summary>
    Protocol,
}

/// <summary>A call to Redis failed. The next call connects anew where that is needed.</summary>
/// <param name="failure">In what way.</param>
/// <param name="message">What was done, where, and what came.</param>
/// <param name="inner">The cause.</param>
public sealed class RedisException(RedisFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>In what way.</summary>
    public RedisFailure Failure { get; } = failure;

    /// <summary>First word of the server's error, such as <c>NOAUTH</c>, <c>OOM</c> or <c>LOADING</c>; null without one.</summary>
    public string? Code { get; init; }
}
