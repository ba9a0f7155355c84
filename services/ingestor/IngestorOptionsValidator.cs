using Microsoft.Extensions.Options;

namespace Moodstream.Ingestor;

/// <summary>The ranges that stand on the options.</summary>
[OptionsValidator]
internal sealed partial class IngestorOptionsValidator : IValidateOptions<IngestorOptions>;
