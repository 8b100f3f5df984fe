// Parameters, for statements of your own that say $days where ours begin with WITH 30 AS days
:param advocate => 0.5;
:param chains => 6;
:param creators => 25;
:param days => 30;
:param followers => 20000;
:param lift => 0.0;
:param measure => 'driven';
:param moved => 12;
:param pairs => 30;
:param people => 25;
:param posts => 5;
:param price_is_per_post => false;
:param reshares => 20;
