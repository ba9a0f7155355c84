namespace Moodstream.Ingestor.Settlement;

/// <summary>What became of a row that was offered to the window.</summary>
internal enum Admission
{
    /// <summary>In the window, waiting to be published.</summary>
    Admitted,

    /// <summary>The window is full: offer it again when something has settled.</summary>
    WindowFull,

    /// <summary>Dropped and counted: its id is in the window or was in it not long ago.</summary>
    Duplicate,

    /// <summary>Settled before the restart: only remembered, neither published nor counted again.</summary>
    AlreadySettled,
}
