using System.Net.ServerSentEvents;
using System.Text.Json;
using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Pipeline;

/// <summary>What one page gets: counts the distinct posts of its events and holds each against the engine.</summary>
internal sealed class PageClient(Answers answers, TimeProvider clock)
{
    // The page rounds probabilities to four decimals.
    private const double Tolerance = 2e-4;

    private readonly HashSet<string> _ids = [];
    private long _firstAt;
    private long _lastAt;
    private int _inFirst;

    /// <summary>Distinct posts so far.</summary>
    public int Received { get; private set; }

    /// <summary>Events that held posts.</summary>
    public int Events { get; private set; }

    /// <summary>When the first event with posts came; meaningful once <see cref="Received"/> is not 0.</summary>
    public long FirstAt => _firstAt;

    /// <summary>From the first event with posts to the last one; the posts of the first are not counted.</summary>
    public (int Posts, TimeSpan Time) Steady => (Received - _inFirst, clock.GetElapsedTime(_firstAt, _lastAt));

    /// <summary>Reads until so many posts have come.</summary>
    /// <param name="stream">The body of GET /events.</param>
    /// <param name="expected">Posts to wait for.</param>
    /// <param name="silent">Is cancelled when no new post has come for so long.</param>
    /// <param name="silence">How long.</param>
    /// <param name="cancellationToken">Cancelled with <paramref name="silent"/>, or to give up.</param>
    public async Task ReadAsync(
        Stream stream,
        int expected,
        CancellationTokenSource silent,
        TimeSpan silence,
        CancellationToken cancellationToken)
    {
        silent.CancelAfter(silence);
        var events = SseParser.Create(stream, (_, bytes) => JsonDocument.Parse(bytes.ToArray()));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            using (item.Data)
            {
                if (Count(item.Data.RootElement))
                {
                    silent.CancelAfter(silence);
                }
            }

            if (Received >= expected)
            {
                return;
            }
        }
    }

    private bool Count(JsonElement data)
    {
        var before = Received;
        foreach (var (id, mood) in EventPosts.Find(data))
        {
            if (_ids.Add(id))
            {
                answers.Check(id, mood, Tolerance);
                Received++;
            }
        }

        if (Received == before)
        {
            return false;
        }

        _lastAt = clock.GetTimestamp();
        if (Events++ == 0)
        {
            _firstAt = _lastAt;
            _inFirst = Received;
        }

        return true;
    }
}
