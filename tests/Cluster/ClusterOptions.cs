namespace Moodstream.Tests.Cluster;

/// <summary>What a cluster is made of.</summary>
public sealed record ClusterOptions
{
    /// <summary>Folder for everything it writes: Redis' files, components, logs.</summary>
    public required string Folder { get; init; }

    /// <summary>Sidecars are daprd with placement and scheduler, which this machine must have; else the double of tests/Sidecar.</summary>
    public bool OnDaprd { get; init; }

    /// <summary>The posts: a file that the ingestor reads to its end.</summary>
    public required string Posts { get; init; }

    /// <summary>Words to track: a post that has none of them is skipped, and each is a topic. Empty: every post, no topics.</summary>
    public IReadOnlyList<string> Track { get; init; } = [];

    /// <summary>Posts a second; 0: as fast as they settle.</summary>
    public double PostsPerSecond { get; init; }

    /// <summary>How often the ingestor says how it stands.</summary>
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Classifiers, each with a sidecar of its own; 1 to 8.</summary>
    public int Classifiers { get; init; } = 1;

    /// <summary>
    /// Where each classifier has its posts scored, its own first, called directly; null: by a model server of the
    /// cluster's, as an app called through the sidecars.
    /// </summary>
    public IReadOnlyList<Uri>? Models { get; init; }

    /// <summary>Trends, relay and dashboard run too; without them posts end on <c>tweets.scored</c>.</summary>
    public bool HasSinks { get; init; } = true;

    /// <summary>Classifiers compute themselves, without a model server.</summary>
    public bool ComputesInClassifier { get; init; }

    /// <summary>Settings of redis-server; by default it keeps an append-only file.</summary>
    public IReadOnlyList<string> Redis { get; init; } = ["--appendonly", "yes"];

    /// <summary>The pub/sub component's, and what settlement's patience is made of.</summary>
    public TimeSpan ProcessingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the sidecar looks for what went unanswered so long.</summary>
    public TimeSpan RedeliverInterval { get; init; } = TimeSpan.FromSeconds(5);
}
