using System.Security.Cryptography;
using System.Text;

namespace Moodstream.Ingestor.Rows;

/// <summary>What a <see cref="PostReader"/> reads, and as what.</summary>
internal sealed record PostReaderOptions
{
    /// <summary>Smallest row limit.</summary>
    public const int MinRowBytes = 64;

    /// <summary>Largest row limit.</summary>
    public const int MaxMaxRowBytes = 256 << 20;

    /// <summary>The input's name, for its extension and for messages.</summary>
    /// <value>Default: <c>input</c>.</value>
    public string Name { get; init; } = "input";

    /// <summary>Becomes the posts' <c>source</c>.</summary>
    /// <value>Default: <c>file</c>.</value>
    public string Source { get; init; } = "file";

    /// <summary>Starts the id of a post that has none of its own.</summary>
    /// <value>Default: <c>file:input</c>.</value>
    public string IdPrefix { get; init; } = "file:input";

    /// <summary>Whether such an id ends in the row's line, where rows are lines; otherwise in its byte offset.</summary>
    /// <value>Default: false.</value>
    public bool IdByLine { get; init; }

    /// <summary>How the rows are written.</summary>
    /// <value>Default: <see cref="RowFormat.Auto"/>.</value>
    public RowFormat Format { get; init; }

    /// <summary>Column, member, or path of members joined by dots, that holds the text.</summary>
    /// <value>Default: null, for <c>text</c>, or what the X API writes.</value>
    public string? TextField { get; init; }

    /// <summary>Column, member or path that holds the id; every row must then have it.</summary>
    /// <value>Default: null, for <c>id</c> where a row has it.</value>
    public string? IdField { get; init; }

    /// <summary>Longest row; a longer one is an error row and is skipped unread.</summary>
    /// <value>Default: 1 MiB; 64 B to 256 MiB.</value>
    public int MaxRowBytes { get; init; } = 1 << 20;

    /// <summary>Longest row of the X API, whose responses hold up to 500 posts.</summary>
    /// <value>Default: 16 MiB; 64 B to 256 MiB.</value>
    public int MaxResponseBytes { get; init; } = 16 << 20;

    /// <summary>Where to start, as <see cref="PostRow.Next"/> gave it.</summary>
    /// <value>Default: at the start.</value>
    public RowPosition Start { get; init; }

    /// <summary>Tells when a post entered.</summary>
    /// <value>Default: the system's clock.</value>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Options for a file; ids are <c>file:&lt;hash of the full path&gt;:&lt;byte offset&gt;</c>.</summary>
    public static PostReaderOptions ForFile(string path)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path)));
        return new() { Name = path, IdPrefix = $"file:{Convert.ToHexStringLower(hash.AsSpan(0, 8))}" };
    }

    /// <summary>Options for standard input; ids are <c>stdin:&lt;run&gt;:&lt;line&gt;</c>.</summary>
    public static PostReaderOptions ForStdin(string run) =>
        new() { Name = "stdin", Source = "stdin", IdPrefix = $"stdin:{run}", IdByLine = true };

    /// <summary>Says every value that is out of range.</summary>
    /// <exception cref="ArgumentException">Some are.</exception>
    public void Validate()
    {
        List<string> faults = [];
        Check(nameof(MaxRowBytes), MaxRowBytes, MinRowBytes, MaxMaxRowBytes);
        Check(nameof(MaxResponseBytes), MaxResponseBytes, MinRowBytes, MaxMaxRowBytes);
        Check("Start.Offset", Start.Offset, 0, long.MaxValue);
        Check("Start.Index", Start.Index, 0, int.MaxValue);
        Check("Start.Line", Start.Line, 0, long.MaxValue);
        CheckField(nameof(TextField), TextField);
        CheckField(nameof(IdField), IdField);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults));
        }

        void Check(string name, long value, long min, long max)
        {
            if (value < min || value > max)
            {
                faults.Add($"{name} is {value}; expected {min} to {max}");
            }
        }

        void CheckField(string name, string? value)
        {
            if (value is "")
            {
                faults.Add($"{name} is empty; expected a column or member name");
            }
        }
    }
}
