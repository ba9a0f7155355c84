namespace Moodstream.Faults.Tests;

/// <summary>What a case came to.</summary>
internal sealed record FaultResult
{
    /// <summary>The case.</summary>
    public required string Case { get; init; }

    /// <summary>Distinct posts on tweets.raw.</summary>
    public required long Published { get; init; }

    /// <summary>Distinct posts on tweets.scored.</summary>
    public required long Scored { get; init; }

    /// <summary>Distinct posts on tweets.rejected.</summary>
    public required long Rejected { get; init; }

    /// <summary>Poison among the rejected.</summary>
    public required long PoisonRejected { get; init; }

    /// <summary>Poison among the posts.</summary>
    public required long Poison { get; init; }

    /// <summary>Publishes beyond the first, as the ingestor counts them.</summary>
    public required long Republished { get; init; }

    /// <summary>Posts of the file that are neither scored nor rejected.</summary>
    public required long Lost { get; init; }

    /// <summary>Events on tweets.scored beyond the first of a post.</summary>
    public required long Repeats { get; init; }

    /// <summary>Posts counted by the topic's actor.</summary>
    public required long CountedByTopicMood { get; init; }

    /// <summary>Posts counted by the dashboard, rejected ones included.</summary>
    public required long CountedByDashboard { get; init; }

    /// <summary>Scored posts that reached the relay's channel; null: nobody listened.</summary>
    public required long? Relayed { get; init; }

    /// <summary>
    /// From the end of the fault until what was in flight then had settled, and the sinks had what was scored then.
    /// </summary>
    public required TimeSpan Recovery { get; init; }

    /// <summary>How often sidecars and models did wrong as they were told to; a killed sidecar's are not among them.</summary>
    public required long DidWrong { get; init; }

    /// <summary>Most memory of the process that had most.</summary>
    public required (string Name, long Bytes) Peak { get; init; }

    /// <summary>Which promises it breaks, and whether there was a fault to keep them in; empty for none.</summary>
    public IReadOnlyList<string> Broken(FaultCase what, int posts, TimeSpan mostRecovery)
    {
        var broken = new List<string>();
        Hold(Lost == 0, $"{Lost} posts are lost");
        Hold(Published == posts, $"{Published} of {posts} posts were published");
        Hold(Scored + Rejected == posts, $"{Scored} scored and {Rejected} rejected posts are not {posts}");
        Hold(PoisonRejected == Poison && Rejected == Poison, $"{PoisonRejected} of {Poison} poison posts were rejected, and {Rejected - PoisonRejected} that were none");
        Hold(CountedByTopicMood == Scored, $"TopicMood counts {CountedByTopicMood} posts, {Scored} were scored");
        Hold(what.RestartsDashboard || CountedByDashboard == posts, $"the dashboard counts {CountedByDashboard} posts, {posts} were published");
        Hold(Relayed is null || Relayed == Scored, $"{Relayed} posts reached the channel, {Scored} were scored");
        Hold(Recovery <= mostRecovery, $"recovery took {Recovery.TotalSeconds:0.0} s, at most {mostRecovery.TotalSeconds:0.0} s are allowed");
        Hold(what.Unfelt(this) is null, $"the fault was not felt: expected {what.Unfelt(this)}");
        return broken;

        void Hold(bool holds, string otherwise)
        {
            if (!holds)
            {
                broken.Add(otherwise);
            }
        }
    }
}
