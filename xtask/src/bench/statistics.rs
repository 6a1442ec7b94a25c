//! What a series of noisy figures says.

/// A median, and how sure it is.
#[derive(Debug, Clone, Copy)]
pub struct Estimate {
    pub median: f64,
    /// Where nine in ten medians lie when the series is drawn anew from itself.
    pub interval: [f64; 2],
}

const RESAMPLES: usize = 10_000;

pub fn estimate(series: &[f64]) -> Estimate {
    // The same figures give the same interval.
    let mut random = fastrand::Rng::with_seed(1);
    let mut medians: Vec<f64> = (0..RESAMPLES)
        .map(|_| median((0..series.len()).map(|_| series[random.usize(..series.len())]).collect()))
        .collect();
    medians.sort_by(f64::total_cmp);
    Estimate {
        median: median(series.to_vec()),
        interval: [medians[RESAMPLES / 20], medians[RESAMPLES - 1 - RESAMPLES / 20]],
    }
}

/// The middle one, or the mean of the two in the middle; not a number for an empty series.
pub fn median(mut series: Vec<f64>) -> f64 {
    series.sort_by(f64::total_cmp);
    let middle = series.len() / 2;
    match series.as_slice() {
        [] => f64::NAN,
        sorted if sorted.len() % 2 == 1 => sorted[middle],
        sorted => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these figures are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn the_interval_holds_the_median_and_not_the_outlier() {
        let Estimate { median, interval: [low, high] } =
            estimate(&[1.04, 1.05, 1.05, 1.06, 1.06, 1.06, 1.07, 1.07, 9.0]);
        assert_eq!(median, 1.06);
        assert!(1.04 <= low && low < median && median < high && high < 9.0, "{low} to {high}");
    }

    #[test]
    fn what_never_varies_is_sure() {
        assert_eq!(estimate(&[2.0; 9]).interval, [2.0, 2.0]);
    }
}
