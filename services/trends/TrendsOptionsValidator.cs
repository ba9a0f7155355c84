using Microsoft.Extensions.Options;

namespace Moodstream.Trends;

/// <summary>Holds <see cref="TrendsOptions"/> to their documented ranges.</summary>
[OptionsValidator]
internal sealed partial class TrendsOptionsValidator : IValidateOptions<TrendsOptions>;
