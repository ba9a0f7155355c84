namespace Moodstream.Contracts;

/// <summary>Topics of the pub/sub component; the direction of each is in docs/architecture.md.</summary>
public static class Topics
{
    /// <summary><see cref="Post"/>s as they entered; CloudEvent id = post id.</summary>
    public const string Raw = "tweets.raw";

    /// <summary><see cref="ScoredPost"/>s; CloudEvent id = post id + <c>@</c> + model version.</summary>
    public const string Scored = "tweets.scored";

    /// <summary><see cref="RejectedPost"/>s: what can never be scored, with the reason.</summary>
    public const string Rejected = "tweets.rejected";

    /// <summary>Dead letters of the pub/sub component itself; settles nothing, is watched and can be replayed.</summary>
    public const string Dead = "tweets.dead";

    /// <summary><see cref="PostDeleted"/>s: an author took a post back.</summary>
    public const string Deleted = "tweets.deleted";

    /// <summary><see cref="MoodShift"/>s: a topic's mood moved significantly.</summary>
    public const string Shifts = "mood.shifts";

    /// <summary><see cref="MoodWindows"/>: a topic's mood over rolling windows, one a second at most.</summary>
    public const string Windows = "mood.windows";

    /// <summary><see cref="IngestStatus"/>es, one a second per source: in flight, oldest, republished, rejected.</summary>
    public const string IngestStatus = "ingest.status";
}

/// <summary>Names of the components every deployment defines.</summary>
public static class Components
{
    /// <summary>The pub/sub component.</summary>
    public const string Messages = "messages";

    /// <summary>The state store component.</summary>
    public const string State = "state";
}

/// <summary>App ids: consumer groups on the topics, and names for service invocation.</summary>
public static class Apps
{
    /// <summary>Sources to <see cref="Topics.Raw"/>, and settlement.</summary>
    public const string Ingestor = "ingestor";

    /// <summary><see cref="Topics.Raw"/> to <see cref="Topics.Scored"/> or <see cref="Topics.Rejected"/>.</summary>
    public const string Classifier = "classifier";

    /// <summary>The model server.</summary>
    public const string Bert = "bert";

    /// <summary>Actors that keep each topic's mood.</summary>
    public const string Trends = "trends";

    /// <summary><see cref="Topics.Scored"/> to a classic Redis channel.</summary>
    public const string Relay = "relay";

    /// <summary>The live page.</summary>
    public const string Dashboard = "dashboard";
}
